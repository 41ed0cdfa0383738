"""A truth to try on: the reference S3 server."""
