"""The demo recordings, shipped as package data, and how they are loaded into a store."""
