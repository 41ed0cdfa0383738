"""The subcommands of `s3compat`: one module for each, found by discovery."""
