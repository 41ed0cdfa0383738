"""The server under test: the endpoint, its credentials, and the look at it before a run."""
