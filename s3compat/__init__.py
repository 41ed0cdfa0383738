"""The face: the s3compat command and the names other projects import."""
