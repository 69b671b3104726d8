"""The servers people would otherwise use, each as the smallest honest relay its own documentation would have one write.

One room, one file a peer: a message from any socket goes to every socket, and nothing else happens to it. Each program
takes the port to listen on as its argument and stands alone: it runs in an environment of its own
(`requirements.txt`, `package.json`), knows nothing of Rebond and imports nothing of this package.
`rebond_loadtest.comparison` starts them.
"""
