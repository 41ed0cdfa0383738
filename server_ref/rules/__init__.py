"""S3's rules as plain functions: what is allowed, and what follows from it."""
