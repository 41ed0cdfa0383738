"""The reference S3 server: it answers as Amazon S3 does, so that checks can be tried on it."""
