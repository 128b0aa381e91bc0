"""Product events: the query endpoint."""
