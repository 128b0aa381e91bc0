"""The server side of posthog-js: its configuration, its files, and the endpoints that receive recordings and events.

The recorder's behaviour was observed with posthog-js 1.449.2. No endpoint requires a personal API key: a project token
identifies the environment, as in PostHog.
"""
