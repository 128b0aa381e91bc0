-- When an evaluation of the saved filter was last tried, with or without success; null: by no version that knows this.
ALTER TABLE saved_filter_count ADD COLUMN tried_at INTEGER;
