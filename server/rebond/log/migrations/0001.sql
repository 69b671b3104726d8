-- Boards, their entries and their snapshots.
-- Boards are numbered so that an entry's key is short.

CREATE TABLE board (
    no         INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    code       TEXT    NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    epoch      TEXT    NOT NULL,
    base_seq   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Entries of all boards as they come. No row is ever deleted or changed in length while the file is in use, so its bytes
-- never move: blanking them where they lie leaves no copy (LG7). Rows up to a board's base_seq are blank.
CREATE TABLE record (
    no       INTEGER PRIMARY KEY,
    board_no INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    data     BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX record_by_seq ON record (board_no, seq);

-- `data` begins with as many zero bytes as may stand in a page among other rows; the rest has pages of its own, which
-- secure_delete blanks as a whole (LG7).
CREATE TABLE snapshot (
    board_no INTEGER NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('base', 'cache')),
    seq      INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (board_no, kind)
) STRICT;
