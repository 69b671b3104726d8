"""The log layer: boards as ordered, durable lists of opaque entries, with snapshots, personal data and pictures.

`interface` holds the protocol, its values and its errors (re-exported here); `sqlite` keeps it in one file for one
process, `redis` for many, `memory` is the reference for tests; `moving` is how boards come in from another log.
Rules: LG1 to LG8 and HB8.
It imports nothing of the layers above it.
"""

from rebond.log.interface import (
    Appended,
    BoardExists,
    BoardRecord,
    CodeTaken,
    Compacted,
    Conflict,
    DataFolderInUse,
    DeviceTaken,
    Durability,
    EpochChanged,
    Log,
    LogError,
    LogReader,
    LogUnavailable,
    LostTail,
    OutcomeUnknown,
    Person,
    PictureRow,
    Position,
    ProbeFailed,
    Record,
    SchemaMismatch,
    Snapshot,
    UnknownBoard,
)

__all__ = [
    "Appended",
    "BoardExists",
    "BoardRecord",
    "CodeTaken",
    "Compacted",
    "Conflict",
    "DataFolderInUse",
    "DeviceTaken",
    "Durability",
    "EpochChanged",
    "Log",
    "LogError",
    "LogReader",
    "LogUnavailable",
    "LostTail",
    "OutcomeUnknown",
    "Person",
    "PictureRow",
    "Position",
    "ProbeFailed",
    "Record",
    "SchemaMismatch",
    "Snapshot",
    "UnknownBoard",
]
