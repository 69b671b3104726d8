-- What the process keeps about itself: the session that has the file open (LG6), and the board of its probes (HB8).
-- A session row that is still there at the next start was not closed.

CREATE TABLE session (
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    durability TEXT    NOT NULL,
    boot_id    TEXT    NOT NULL
) STRICT;

INSERT INTO board (no, id, code, created_ms, epoch) VALUES (0, '(probe)', '(probe)', 0, 'probe');
