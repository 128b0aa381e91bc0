"""The local API: PostHog's Replay API as an ASGI app on SQLite. It serves the same requests from stored data."""
