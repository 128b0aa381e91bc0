"""rrweb's events, decoded into typed values."""
