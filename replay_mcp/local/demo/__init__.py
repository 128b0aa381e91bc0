"""The demo recordings, which are package data, and the code that loads them into a store."""
