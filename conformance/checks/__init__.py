"""The checks: one module for each area of S3. They are found by discovery, not listed."""
