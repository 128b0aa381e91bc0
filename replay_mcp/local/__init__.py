"""The local API: PostHog's Replay API as an ASGI app over SQLite. The same requests, real data; not a mock."""
