"""Web servers that are no Rebond, on this machine: for whoever must not take one for it, or be framed by it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.conftest import LOOPBACK


class Stranger(BaseHTTPRequestHandler):
    """Somebody else's server: what it answers to which method is said by whoever needs one."""

    def answer(self, status: int, page: bytes) -> None:
        """This page, under this status."""
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def standing(stranger: type[Stranger]) -> Generator[str]:
    """The address, without a slash at its end, where this server answers while the context lasts."""
    with ThreadingHTTPServer((LOOPBACK, 0), stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
