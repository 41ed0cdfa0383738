"""The files that s3compat reads and writes: for each its schema, an example, and who reads it."""

from s3compat.files.known import FILES, KnownFile, Loader, schema_of

__all__ = ["FILES", "KnownFile", "Loader", "schema_of"]
