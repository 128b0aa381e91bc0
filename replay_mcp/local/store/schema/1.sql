CREATE TABLE organization (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE team (
    id INTEGER PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL,
    api_token TEXT NOT NULL UNIQUE,
    -- E-mail domains whose people count as test accounts (`filter_test_accounts`).
    test_account_domains TEXT NOT NULL DEFAULT '[]',
    retention_period_days INTEGER NOT NULL DEFAULT 30
) STRICT;

CREATE TABLE user (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    distinct_id TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    is_email_verified INTEGER NOT NULL DEFAULT 1,
    role_at_organization TEXT NOT NULL DEFAULT '',
    current_team_id INTEGER REFERENCES team (id)
) STRICT;

CREATE TABLE organization_membership (
    organization_id TEXT NOT NULL REFERENCES organization (id),
    user_id INTEGER NOT NULL REFERENCES user (id),
    PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE personal_api_key (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES user (id),
    value TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    scopes TEXT NOT NULL,
    -- Null: every team of the user's organisations.
    scoped_teams TEXT,
    scoped_organizations TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team (id),
    uuid TEXT NOT NULL,
    properties TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    UNIQUE (team_id, uuid)
) STRICT;

CREATE TABLE person_distinct_id (
    team_id INTEGER NOT NULL REFERENCES team (id),
    distinct_id TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (team_id, distinct_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_distinct_id_person ON person_distinct_id (person_id);

CREATE TABLE recording (
    session_id TEXT PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team (id),
    distinct_id TEXT NOT NULL,
    start_time INTEGER NOT NULL,
    end_time INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    active_seconds INTEGER NOT NULL,
    click_count INTEGER NOT NULL,
    keypress_count INTEGER NOT NULL,
    mouse_activity_count INTEGER NOT NULL,
    console_log_count INTEGER NOT NULL,
    console_warn_count INTEGER NOT NULL,
    console_error_count INTEGER NOT NULL,
    activity_score REAL NOT NULL,
    start_url TEXT,
    snapshot_source TEXT NOT NULL DEFAULT 'web',
    snapshot_library TEXT,
    retention_period_days INTEGER NOT NULL,
    expiry_time INTEGER NOT NULL,
    last_ingested_at INTEGER NOT NULL,
    deleted_at INTEGER,
    deleted_by TEXT
) STRICT;
-- Holds all that a page without filters, and its count, look at.
CREATE INDEX recording_by_start ON recording (team_id, start_time DESC, session_id DESC, expiry_time)
    WHERE deleted_at IS NULL;
CREATE INDEX recording_by_expiry ON recording (team_id, expiry_time);
CREATE INDEX recording_by_distinct_id ON recording (team_id, distinct_id);

-- Snapshot data as it is served: gzip of `blob_v2` JSONL lines, keys 0..n-1 in time order.
CREATE TABLE recording_block (
    session_id TEXT NOT NULL REFERENCES recording (session_id),
    blob_key INTEGER NOT NULL,
    start_time INTEGER NOT NULL,
    end_time INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (session_id, blob_key)
) STRICT;

CREATE TABLE recording_url (
    session_id TEXT NOT NULL REFERENCES recording (session_id),
    url TEXT NOT NULL,
    PRIMARY KEY (session_id, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE console_log (
    id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES recording (session_id),
    timestamp INTEGER NOT NULL,
    level TEXT NOT NULL,
    message TEXT NOT NULL
) STRICT;
CREATE INDEX console_log_session ON console_log (session_id, timestamp);

CREATE TABLE event (
    uuid TEXT PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team (id),
    session_id TEXT NOT NULL,
    distinct_id TEXT NOT NULL,
    event TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    properties TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX event_session ON event (session_id, event);
CREATE INDEX event_name ON event (team_id, event, timestamp);

CREATE TABLE session_recording_viewed (
    team_id INTEGER NOT NULL REFERENCES team (id),
    user_id INTEGER NOT NULL REFERENCES user (id),
    session_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, user_id, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_recording_viewed_session ON session_recording_viewed (team_id, session_id);

CREATE TABLE session_recording_playlist (
    id INTEGER PRIMARY KEY,
    short_id TEXT NOT NULL,
    team_id INTEGER NOT NULL REFERENCES team (id),
    type TEXT CHECK (type IN ('collection', 'filters')),
    name TEXT,
    derived_name TEXT,
    -- What orders and ranks by name: name, else derived_name, else ''; lower case. Kept by the writer.
    label TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    pinned INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    filters TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    created_by INTEGER REFERENCES user (id),
    last_modified_at INTEGER NOT NULL,
    last_modified_by INTEGER REFERENCES user (id),
    UNIQUE (team_id, short_id)
) STRICT;
-- Two indexes per order: ties go by ascending id whether the order ascends or descends.
CREATE INDEX playlist_by_modified ON session_recording_playlist (team_id, last_modified_at, id) WHERE deleted = 0;
CREATE INDEX playlist_by_modified_desc ON session_recording_playlist (team_id, last_modified_at DESC, id)
    WHERE deleted = 0;
CREATE INDEX playlist_by_created ON session_recording_playlist (team_id, created_at, id) WHERE deleted = 0;
CREATE INDEX playlist_by_created_desc ON session_recording_playlist (team_id, created_at DESC, id) WHERE deleted = 0;
CREATE INDEX playlist_by_label ON session_recording_playlist (team_id, label, id) WHERE deleted = 0;
CREATE INDEX playlist_by_label_desc ON session_recording_playlist (team_id, label DESC, id) WHERE deleted = 0;
CREATE INDEX playlist_by_creator ON session_recording_playlist (team_id, created_by, last_modified_at DESC, id)
    WHERE deleted = 0;

-- How many playlists are listed per span of last_modified_at, at three span lengths: 2^32, 2^22 and 2^12 ms. The list
-- counts and skips by spans where it would otherwise step over every row before the page. Read by playlist_tally.py.
CREATE TABLE playlist_tally (
    team_id INTEGER NOT NULL,
    bits INTEGER NOT NULL,
    span INTEGER NOT NULL,
    listed INTEGER NOT NULL,
    PRIMARY KEY (team_id, bits, span)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER playlist_tally_insert AFTER INSERT ON session_recording_playlist WHEN NEW.deleted = 0
BEGIN
    INSERT INTO playlist_tally
    SELECT NEW.team_id, bits, NEW.last_modified_at >> bits, 1
    FROM (SELECT 32 AS bits UNION ALL SELECT 22 UNION ALL SELECT 12) WHERE true
    ON CONFLICT DO UPDATE SET listed = listed + 1;
END;
CREATE TRIGGER playlist_tally_update_old AFTER UPDATE OF deleted, last_modified_at ON session_recording_playlist
WHEN OLD.deleted = 0
BEGIN
    INSERT INTO playlist_tally
    SELECT OLD.team_id, bits, OLD.last_modified_at >> bits, 0
    FROM (SELECT 32 AS bits UNION ALL SELECT 22 UNION ALL SELECT 12) WHERE true
    ON CONFLICT DO UPDATE SET listed = listed - 1;
END;
CREATE TRIGGER playlist_tally_update_new AFTER UPDATE OF deleted, last_modified_at ON session_recording_playlist
WHEN NEW.deleted = 0
BEGIN
    INSERT INTO playlist_tally
    SELECT NEW.team_id, bits, NEW.last_modified_at >> bits, 1
    FROM (SELECT 32 AS bits UNION ALL SELECT 22 UNION ALL SELECT 12) WHERE true
    ON CONFLICT DO UPDATE SET listed = listed + 1;
END;

-- An item may name a recording that does not exist (live behaviour), so there is no reference.
CREATE TABLE session_recording_playlist_item (
    playlist_id INTEGER NOT NULL REFERENCES session_recording_playlist (id),
    session_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (playlist_id, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX playlist_item_session ON session_recording_playlist_item (session_id);
CREATE INDEX playlist_item_position ON session_recording_playlist_item (playlist_id, position);

-- What PostHog's background job leaves in its cache per saved filter.
CREATE TABLE saved_filter_count (
    playlist_id INTEGER PRIMARY KEY REFERENCES session_recording_playlist (id),
    session_ids TEXT NOT NULL,
    has_more INTEGER NOT NULL,
    previous_ids TEXT,
    refreshed_at INTEGER
) STRICT;

CREATE TABLE comment (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team (id),
    scope TEXT NOT NULL,
    item_id TEXT NOT NULL,
    content TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX comment_item ON comment (team_id, scope, item_id);

CREATE TABLE sharing_configuration (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team (id),
    session_id TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE exported_asset (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team (id),
    export_context TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session_summary (
    team_id INTEGER NOT NULL REFERENCES team (id),
    session_id TEXT NOT NULL,
    -- '' is the default context, the one that `has_summary` speaks of.
    focus_area TEXT NOT NULL DEFAULT '',
    summary TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, session_id, focus_area)
) STRICT, WITHOUT ROWID;

CREATE TABLE external_reference (
    id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL,
    reference TEXT NOT NULL
) STRICT;
CREATE INDEX external_reference_session ON external_reference (session_id);
