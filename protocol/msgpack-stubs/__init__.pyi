"""What Rebond uses of msgpack, typed: the library carries no types of its own."""

from collections.abc import Callable
from typing import Any

class UnpackException(Exception): ...

def packb(o: object, *, default: Callable[[Any], object] | None = None) -> bytes: ...
def unpackb(
    packed: bytes,
    *,
    strict_map_key: bool = True,
    max_str_len: int = -1,
    max_bin_len: int = -1,
    max_ext_len: int = -1,
) -> Any: ...
