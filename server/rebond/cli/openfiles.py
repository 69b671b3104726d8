"""How many files, and so how many phones, this process may have open at once. Unix only, as the data folder's lock."""

import contextlib
import resource

ENOUGH = 1_048_576
"""More than any machine serves; where the system names no limit, one has to be chosen."""


def reachable() -> int:
    """How many the server could have open, once it has raised what it may raise itself."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return ENOUGH if hard == resource.RLIM_INFINITY else hard


def raise_to_reachable() -> None:
    """Take what the system allows: the usual soft limit of 1,024 is a thousand phones and no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= reachable():
        return
    with contextlib.suppress(ValueError, OSError):  # some systems refuse what they say they allow
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable(), hard))
