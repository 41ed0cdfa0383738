"""What `s3compat run` is made of: its options, its endpoints, and what it tells."""
