-- People, apart from the log so that they can be erased (LG7).

CREATE TABLE person (
    board_no    INTEGER NOT NULL,
    participant TEXT    NOT NULL,
    name        TEXT,
    contact     TEXT,
    device_key  TEXT,
    PRIMARY KEY (board_no, participant)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX person_by_device ON person (board_no, device_key) WHERE device_key IS NOT NULL;
