"""Notes told to whoever listens on a board in this process: kept nowhere, and bounded for who does not read (HB3).

Rules: see Log.broadcast and Log.listen. Must not know: what a note says, how it came here from other processes.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, Generator

from rebond.log.interface import LogUnavailable

UNREAD_BYTES = 1024 * 1024
"""Most bytes of notes that wait for one listener; above it the oldest go."""


class Listener:
    """One who listens, and what it has not read yet."""

    def __init__(self) -> None:
        self._unread: deque[bytes] = deque()
        self._bytes = 0
        self._closed = False
        self._stirred = asyncio.Event()

    def tell(self, note: bytes) -> None:
        """Put a note behind those that wait, and drop the oldest if they are too many."""
        self._unread.append(note)
        self._bytes += len(note)
        while self._bytes > UNREAD_BYTES:
            self._bytes -= len(self._unread.popleft())
        self._stirred.set()

    def close(self) -> None:
        """It gets LogUnavailable from now on."""
        self._closed = True
        self._stirred.set()

    async def hear(self) -> bytes:
        """The oldest note that waits, once there is one. Raises LogUnavailable when the log was closed."""
        while not self._closed:
            if self._unread:
                note = self._unread.popleft()
                self._bytes -= len(note)
                return note
            self._stirred.clear()
            await self._stirred.wait()
        raise LogUnavailable("The log was closed.")


class Listeners:
    """Everybody in this process who listens, by board."""

    def __init__(self) -> None:
        self._by_board: dict[str, set[Listener]] = {}

    def __contains__(self, board: str) -> bool:
        """Whether anybody listens on the board."""
        return board in self._by_board

    @contextlib.contextmanager
    def joined(self, board: str) -> Generator[Listener, None, None]:
        """One more listener on the board, for as long as the context lasts."""
        listener = Listener()
        self._by_board.setdefault(board, set()).add(listener)
        try:
            yield listener
        finally:
            others = self._by_board[board]
            others.discard(listener)
            if not others:
                del self._by_board[board]

    async def listen(self, board: str) -> AsyncGenerator[bytes, None]:
        """See Log.listen."""
        with self.joined(board) as listener:
            while True:
                yield await listener.hear()

    def tell(self, board: str, note: bytes) -> None:
        """Tell everybody who listens on the board."""
        for listener in self._by_board.get(board, ()):
            listener.tell(note)

    def close(self) -> None:
        """Everybody gets LogUnavailable."""
        for listeners in self._by_board.values():
            for listener in listeners:
                listener.close()
