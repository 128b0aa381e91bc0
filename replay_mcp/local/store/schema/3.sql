-- Search: what the recordings list filters and orders by is found in indexes.

-- Every different URL and console message once; of console messages, once per level.
CREATE TABLE recorded_text (
    id INTEGER PRIMARY KEY,
    -- `url`, or the level of the console line.
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (kind, text)
) STRICT;
-- Which sessions hold a text, and in how many rows.
CREATE TABLE session_text (
    text_id INTEGER NOT NULL REFERENCES recorded_text (id),
    session_id TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (text_id, session_id)
) STRICT, WITHOUT ROWID;
-- Which texts hold three characters in a row; `folded` and no tokenizer says which characters are the same.
CREATE VIRTUAL TABLE text_index USING fts5 (
    text, content = 'recorded_text', content_rowid = 'id', detail = 'none', columnsize = 0, tokenize = 'trigram'
);

CREATE TRIGGER recorded_text_insert AFTER INSERT ON recorded_text
BEGIN
    INSERT INTO text_index (rowid, text) VALUES (NEW.id, folded(NEW.text));
END;
CREATE TRIGGER recorded_text_delete AFTER DELETE ON recorded_text
BEGIN
    INSERT INTO text_index (text_index, rowid, text) VALUES ('delete', OLD.id, folded(OLD.text));
END;
CREATE TRIGGER session_text_delete AFTER DELETE ON session_text
WHEN NOT EXISTS (SELECT 1 FROM session_text WHERE text_id = OLD.text_id)
BEGIN
    DELETE FROM recorded_text WHERE id = OLD.text_id;
END;
-- A conflict clause of the statement that fires a trigger holds inside of it too; an upsert's own stands.
CREATE TRIGGER recording_url_insert AFTER INSERT ON recording_url
BEGIN
    INSERT INTO recorded_text (kind, text) VALUES ('url', NEW.url) ON CONFLICT DO NOTHING;
    INSERT INTO session_text SELECT id, NEW.session_id, 1 FROM recorded_text WHERE kind = 'url' AND text = NEW.url
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER recording_url_delete AFTER DELETE ON recording_url
BEGIN
    DELETE FROM session_text WHERE session_id = OLD.session_id
        AND text_id = (SELECT id FROM recorded_text WHERE kind = 'url' AND text = OLD.url);
END;
CREATE TRIGGER console_log_insert AFTER INSERT ON console_log
BEGIN
    INSERT INTO recorded_text (kind, text) VALUES (NEW.level, NEW.message) ON CONFLICT DO NOTHING;
    INSERT INTO session_text
    SELECT id, NEW.session_id, 1 FROM recorded_text WHERE kind = NEW.level AND text = NEW.message
    ON CONFLICT DO UPDATE SET times = times + 1;
END;
CREATE TRIGGER console_log_delete AFTER DELETE ON console_log
BEGIN
    UPDATE session_text SET times = times - 1 WHERE session_id = OLD.session_id
        AND text_id = (SELECT id FROM recorded_text WHERE kind = OLD.level AND text = OLD.message);
    DELETE FROM session_text WHERE times = 0 AND session_id = OLD.session_id
        AND text_id = (SELECT id FROM recorded_text WHERE kind = OLD.level AND text = OLD.message);
END;
INSERT INTO recorded_text (kind, text) SELECT DISTINCT 'url', url FROM recording_url;
INSERT INTO recorded_text (kind, text) SELECT DISTINCT level, message FROM console_log;
INSERT INTO session_text
SELECT t.id, u.session_id, 1 FROM recording_url u JOIN recorded_text t ON t.kind = 'url' AND t.text = u.url;
INSERT INTO session_text
SELECT t.id, c.session_id, count(*) FROM console_log c JOIN recorded_text t ON t.kind = c.level AND t.text = c.message
GROUP BY t.id, c.session_id;

CREATE INDEX failed_request_by_host ON failed_request (host, status, session_id);
CREATE INDEX failed_request_by_status ON failed_request (status, session_id);

ALTER TABLE recording
ADD COLUMN inactive_seconds INTEGER NOT NULL GENERATED ALWAYS AS (max(duration - active_seconds, 0)) VIRTUAL;
-- One per order and metric. Start and expiry are there so that a window is applied without reading the rows.
CREATE INDEX recording_by_duration ON recording (team_id, duration, session_id, start_time, expiry_time)
    WHERE deleted_at IS NULL;
CREATE INDEX recording_by_active_seconds ON recording (team_id, active_seconds, session_id, start_time, expiry_time)
    WHERE deleted_at IS NULL;
CREATE INDEX recording_by_inactive_seconds ON recording (team_id, inactive_seconds, session_id, start_time, expiry_time)
    WHERE deleted_at IS NULL;
CREATE INDEX recording_by_click_count ON recording (team_id, click_count, session_id, start_time, expiry_time)
    WHERE deleted_at IS NULL;
CREATE INDEX recording_by_keypress_count ON recording (team_id, keypress_count, session_id, start_time, expiry_time)
    WHERE deleted_at IS NULL;
CREATE INDEX recording_by_mouse_activity_count
    ON recording (team_id, mouse_activity_count, session_id, start_time, expiry_time)
    WHERE deleted_at IS NULL;
CREATE INDEX recording_by_console_error_count
    ON recording (team_id, console_error_count, session_id, start_time, expiry_time)
    WHERE deleted_at IS NULL;
CREATE INDEX recording_by_activity_score ON recording (team_id, activity_score, session_id, start_time, expiry_time)
    WHERE deleted_at IS NULL;
-- For recordings whose sessions are known.
CREATE INDEX recording_by_session ON recording (session_id, team_id, start_time, expiry_time) WHERE deleted_at IS NULL;
DROP INDEX recording_by_expiry;
CREATE INDEX recording_by_expiry_time ON recording (team_id, expiry_time, session_id, start_time)
    WHERE deleted_at IS NULL;

-- Hold all that filters on event names, and the frustrated sessions, look at.
DROP INDEX event_name;
CREATE INDEX event_name ON event (team_id, event, timestamp, session_id);
DROP INDEX event_session;
CREATE INDEX event_session ON event (session_id, event, team_id);

-- What a user has viewed, newest first, and how much that is.
CREATE INDEX session_recording_viewed_by_time
    ON session_recording_viewed (team_id, user_id, created_at DESC, session_id);
CREATE TABLE viewed_tally (
    team_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    viewed INTEGER NOT NULL,
    PRIMARY KEY (team_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER viewed_tally_insert AFTER INSERT ON session_recording_viewed
BEGIN
    INSERT INTO viewed_tally VALUES (NEW.team_id, NEW.user_id, 1) ON CONFLICT DO UPDATE SET viewed = viewed + 1;
END;
CREATE TRIGGER viewed_tally_delete AFTER DELETE ON session_recording_viewed
BEGIN
    UPDATE viewed_tally SET viewed = viewed - 1 WHERE team_id = OLD.team_id AND user_id = OLD.user_id;
END;
INSERT INTO viewed_tally SELECT team_id, user_id, count(*) FROM session_recording_viewed GROUP BY team_id, user_id;

-- What has expired, and events of which nothing else is left, are looked for again and again.
CREATE INDEX recording_to_expire ON recording (expiry_time);
CREATE INDEX event_by_time ON event (team_id, timestamp);
