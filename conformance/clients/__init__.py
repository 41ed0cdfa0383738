"""The ways of calling S3, one module a client; discovered, never listed."""
