"""The checks, one module an area; discovered, never listed."""
