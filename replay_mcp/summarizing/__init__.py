"""Summaries of many sessions: cached ones, PostHog's, and those computed from timelines."""
