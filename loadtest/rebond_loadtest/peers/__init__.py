"""The servers people would otherwise use, each as the smallest honest relay its own documentation would have one write.

One room, one file a peer: a message from any socket goes to every socket, and nothing else happens to it. Each program
takes the port to listen on as its argument (and the address of a Redis, where several such programs can be one room by
it) and stands alone: it runs in an environment of its own (`requirements.txt`, `package.json`), knows nothing of Rebond
and imports nothing of this package. Each says which pages of its library's documentation it follows, and what is set
otherwise and why. `rebond_loadtest.comparison` starts them.
"""
