"""How far a line has carried what was written to it, as the kernel knows it. Nothing here knows WebSockets.

Leans on Linux: `struct tcp_info` (linux/tcp.h; its `tcpi_bytes_acked` since 4.1, and it is only ever added to at its
end), and SIOCOUTQ (tcp(7)). Elsewhere, and for what is no TCP connection, nothing is known.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import NamedTuple

_BYTES_ACKED = struct.Struct("=Q")
_AT_BYTES = 120
_QUEUED = struct.Struct("=i")


class Carried(NamedTuple):
    """What became of the bytes that were written."""

    taken_bytes: int
    """So many the other end's kernel has acknowledged, since the line began."""
    waiting_bytes: int
    """So many it has not: they are on their way, or still here."""


def carried(transport: asyncio.Transport) -> Carried | None:
    """Where this line stands; None where that cannot be known."""
    line: socket.socket | None = transport.get_extra_info("socket")
    if sys.platform != "linux" or line is None:
        return None
    from fcntl import ioctl
    from termios import TIOCOUTQ  # SIOCOUTQ, by its older name

    try:
        said = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _AT_BYTES + _BYTES_ACKED.size)
        (queued_bytes,) = _QUEUED.unpack(ioctl(line.fileno(), TIOCOUTQ, bytes(_QUEUED.size)))
        (taken_bytes,) = _BYTES_ACKED.unpack_from(said, _AT_BYTES)
    except (OSError, struct.error):
        return None
    return Carried(taken_bytes, queued_bytes + transport.get_write_buffer_size())
