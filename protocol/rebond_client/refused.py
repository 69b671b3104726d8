"""How a refusal reaches the caller: the same exception, whether it came over HTTP or over the socket."""

from collections.abc import Mapping


class Refused(Exception):
    """The server refused and changed nothing. `code` is a row of the error table; `temporary`: may succeed later."""

    def __init__(
        self, code: str, message: str, *, temporary: bool, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.temporary = temporary
        self.details: Mapping[str, object] = details or {}
