"""What posthog-js talks to: its configuration, its own files, and the endpoints that take recordings and events in.

How the recorder behaves was seen with posthog-js 1.449.2. None of it asks for a personal API key: a project token names
the environment, as in PostHog.
"""
