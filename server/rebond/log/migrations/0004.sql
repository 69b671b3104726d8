-- Pictures, opaque and by name. `data` begins with zero bytes as in `snapshot`, and for the same reason (LG7).
CREATE TABLE picture (
    board_no INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (board_no, name)
) STRICT;
