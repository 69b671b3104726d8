"""Rebond beside its peers in one run: the same sockets, the same messages, the same machine, one after another.

`contestants` says who takes part and how each is started, `provisions` gets what they need, `rooms` how each is spoken
to, `steps` what is measured, `table` how it is told. The peers themselves are in `rebond_loadtest.peers`.
"""
