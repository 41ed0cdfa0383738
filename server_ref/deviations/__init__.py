"""Deliberate faults, one function each; discovered, never listed."""
