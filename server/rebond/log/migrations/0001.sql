-- Boards, their entries and their snapshots.
-- Boards are numbered so that an entry's key is short and entries of one board lie together on the disk.

CREATE TABLE board (
    no         INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    code       TEXT    NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    epoch      TEXT    NOT NULL,
    base_seq   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE record (
    board_no INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (board_no, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
    board_no INTEGER NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('base', 'cache')),
    seq      INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (board_no, kind)
) STRICT;
