"""Boards live: who is connected, what each connection has seen, what is written to it. Knows the log, not the web."""
