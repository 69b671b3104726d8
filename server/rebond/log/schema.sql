-- The whole present schema, for people to read; the migrations make it, and a test keeps the two the same.
-- LG1 to LG3: record. LG5, LG7: snapshot (at most one cache and one compaction base for each board). LG7: person, picture.

-- Boards are numbered so that an entry's key is short.
-- Number 0 is the board of the probes (HB8). Entries up to base_seq were compacted away.
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

CREATE TABLE person (
    board_no    INTEGER NOT NULL,
    participant TEXT    NOT NULL,
    name        TEXT,
    contact     TEXT,
    device_key  TEXT,
    PRIMARY KEY (board_no, participant)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX person_by_device ON person (board_no, device_key) WHERE device_key IS NOT NULL;

-- Pictures, opaque and by name. `data` begins with zero bytes as in `snapshot`, and for the same reason (LG7).
CREATE TABLE picture (
    board_no INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (board_no, name)
) STRICT;

-- The session that has the file open. A row that is still there at the next start was not closed (LG6).
CREATE TABLE session (
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    durability TEXT    NOT NULL,
    boot_id    TEXT    NOT NULL
) STRICT;
