"""One function an operation, one module an area; discovered, never listed."""
