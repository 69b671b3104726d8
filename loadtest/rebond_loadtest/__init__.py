"""Load and measurement from outside: real sockets and processes, figures from /proc. Knows the protocol alone."""
