"""The SQLite store: schema, accounts, recordings, events, persons, retention and erasure."""
