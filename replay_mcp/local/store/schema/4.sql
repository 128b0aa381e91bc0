-- What a stored summary was made from and by: another state of the recording, or other rules, make another summary.
ALTER TABLE session_summary ADD COLUMN recording_change INTEGER NOT NULL DEFAULT -1;
ALTER TABLE session_summary ADD COLUMN rules TEXT NOT NULL DEFAULT '';
-- What was stored until now says what other rules found.
DELETE FROM session_summary;
