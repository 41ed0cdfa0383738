"""The transport: threaded HTTP with limits."""
