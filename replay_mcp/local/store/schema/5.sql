-- Milliseconds with activity; `active_seconds` has whole seconds only. Null: stored by an older version.
ALTER TABLE recording ADD COLUMN active_ms INTEGER;
-- From here on `recording_block.activity` is a JSON object: what the block adds to the measure of activity, and what the
-- next block goes on with. A JSON array is from an older version, whose recordings are measured anew when they grow.

-- Deleted recordings whose data is still to be removed: it goes in several transactions, and a process may be killed.
CREATE TABLE recording_to_erase (
    session_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
