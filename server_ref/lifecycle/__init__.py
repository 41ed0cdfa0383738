"""Lifecycle at work: the walk through the buckets, and the worker that does what is due."""
