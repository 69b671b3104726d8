"""The identifiers that travel, as annotated types, so that the schema knows their shapes.

Ids are opaque strings made by the server (boards, cards, rounds, participants) or by a client (devices). A join code is
made of letters and digits that cannot be mistaken for one another when read from a wall at ten metres.
"""

from typing import Annotated

import msgspec

from rebond_protocol import limits

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.ID_CHARS, pattern=r"\A[A-Za-z0-9_.:-]+\Z")]
BoardId = Id
CardId = Id
SectionId = Id
RoundId = Id
GroupId = Id
CommentId = Id
ParticipantId = Id
DeviceId = Id

MutationId = Annotated[
    int, msgspec.Meta(ge=1, le=limits.SEQ_MAX, description="Counts up per device; names one command for ever.")
]
Seq = Annotated[int, msgspec.Meta(ge=0, le=limits.SEQ_MAX, description="Number of the last entry of the board's log.")]
Ms = Annotated[
    int, msgspec.Meta(ge=0, le=limits.SEQ_MAX, description="Milliseconds since 1970-01-01 UTC, by the server's clock.")
]

Lang = Annotated[
    str,
    msgspec.Meta(
        min_length=2,
        max_length=limits.LANG_CHARS,
        pattern=r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z",
        description="The language of a text, as a BCP 47 tag.",
    ),
]

CODE_ALPHABET = "ABCDEFGHJKLMNPQRTUVWXY346789"
"""No 0/O, 1/I, 2/Z, 5/S: unambiguous by eye."""
CODE_CHARS = 5
