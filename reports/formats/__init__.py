"""The report formats, one module each; discovered, never listed."""
