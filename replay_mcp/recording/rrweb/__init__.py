"""Recordings as rrweb events: file formats, decoding into typed values, order, requests, console and metadata."""
