"""Lifecycle: what a configuration may say, when its rules are due, and the worker that acts."""
