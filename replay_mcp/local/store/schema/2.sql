-- Recordings that grow while they are recorded.

-- Blocks are numbered in the order of time when they are read, so that late data may stand between others.
ALTER TABLE recording_block RENAME TO numbered_block;
CREATE TABLE recording_block (
    id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES recording (session_id),
    start_time INTEGER NOT NULL,
    end_time INTEGER NOT NULL,
    -- What PostHog's measure of activity goes on with after this block, as JSON; null: not known.
    activity TEXT,
    -- Gzip of `blob_v2` JSONL lines, as it is served.
    data BLOB NOT NULL
) STRICT;
CREATE INDEX recording_block_in_time ON recording_block (session_id, start_time, id, end_time);
INSERT INTO recording_block (session_id, start_time, end_time, data)
SELECT session_id, start_time, end_time, data FROM numbered_block ORDER BY session_id, blob_key;
DROP TABLE numbered_block;

-- Null: stored before events were counted.
ALTER TABLE recording ADD COLUMN event_count INTEGER;

-- When the URL was first seen; 0: not known, the start.
ALTER TABLE recording_url ADD COLUMN first_seen INTEGER NOT NULL DEFAULT 0;

-- Requests of the page that were answered with 400 or more.
CREATE TABLE failed_request (
    session_id TEXT NOT NULL REFERENCES recording (session_id),
    host TEXT NOT NULL,
    status INTEGER NOT NULL,
    PRIMARY KEY (session_id, host, status)
) STRICT, WITHOUT ROWID;

-- Programs choose the uuids of their events, so two environments may hold the same one.
ALTER TABLE event RENAME TO event_of_all;
DROP INDEX event_session;
DROP INDEX event_name;
CREATE TABLE event (
    uuid TEXT NOT NULL,
    team_id INTEGER NOT NULL REFERENCES team (id),
    session_id TEXT NOT NULL,
    distinct_id TEXT NOT NULL,
    event TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    properties TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (team_id, uuid)
) STRICT;
CREATE INDEX event_session ON event (session_id, event);
CREATE INDEX event_name ON event (team_id, event, timestamp);
INSERT INTO event SELECT * FROM event_of_all;
DROP TABLE event_of_all;

-- Counts changes of the recordings in the order in which they are committed: who listens asks what changed since.
ALTER TABLE recording ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
CREATE INDEX recording_by_change ON recording (change);
