"""PostHog's Replay API as data: types, models, parameters, endpoints and rate limits."""
