"""What an operator can turn at the edge, as plain values. `rebond.config` reads them."""

from typing import Literal

import msgspec

from rebond.hub.settings import Count, Duration, Rate


class WebSettings(msgspec.Struct, frozen=True):
    """Who may do what over HTTP, how often, and under which addresses this server is known."""

    public_url: str | None = None
    """Where people reach this server; None: whatever address they used, or the LAN's where that was this machine."""
    lan_url: str | None = None
    """The address that phones on the same network can reach, found at start."""
    origins: tuple[str, ...] = ()
    """Further origins whose pages may open WebSockets here, e.g. `https://intranet.example`."""
    admin_token: str | None = None
    """Where set, creating boards needs it."""
    compression: Literal["on", "off"] = "on"
    """Whether long frames are compressed for browsers that can read them so."""
    joins_per_s: Rate = 50.0
    joins_burst: Count = 5_000
    """Per address. A whole room sits behind one address, and comes in within a minute."""
    creations_per_s: Rate = 1.0
    creations_burst: Count = 120
    """Per address."""
    reads_per_s: Rate = 100.0
    reads_burst: Count = 5_000
    """Per address: board faces, QR codes, exports."""
    guesses_per_s: Rate = 0.2
    guesses_burst: Count = 60
    """Per address: passphrases that have to be hashed. One that was right before is not counted."""
    pairings_per_s: Rate = 0.1
    pairings_burst: Count = 30
    """Per address: screens that ask to become a kiosk. A lab's switch on together, and ask again every ten minutes.

    As many codes may one person type.
    """
    handoffs_per_s: Rate = 1.0
    handoffs_burst: Count = 60
    """Per kiosk: what a phone may take home. A kiosk that was offline says all of it at once."""
    seats_per_s: Rate = 0.2
    seats_burst: Count = 20
    """Per kiosk: reports on how it is. One a minute is usual."""
    hints_per_s: Rate = 2.0
    hints_burst: Count = 20
    """Per person: which ideas are like the one being written, and which are like each other."""
    imports_per_s: Rate = 0.2
    imports_burst: Count = 20
    """Per person."""
    import_bytes: Count = 2 * 1024 * 1024
    """How large the list of an import may be."""
    pictures_per_s: Rate = 0.2
    pictures_burst: Count = 40
    """Per person: pictures sent. Each is decoded and drawn anew."""
    picture_ms: Duration = 60_000
    """How long a picture may take to arrive: a phone's photograph, over a phone's line."""
    erasures_per_s: Rate = 0.5
    erasures_burst: Count = 30
    """Per address. Each is wiped off the disk at once, and sends every screen of its board a whole snapshot.

    As many invitations may one person make or take back.
    """
    handshakes_per_s: Rate = 500.0
    handshakes_burst: Count = 20_000
    """Per address: WebSockets opened. After an outage a whole building comes back at once."""
    body_bytes: Count = 64 * 1024
    body_ms: Duration = 10_000
    """How long the body of a request may take to arrive."""
