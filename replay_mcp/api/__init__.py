"""PostHog's Replay API: types, models and endpoints as data, and the client that calls them."""
