"""The subcommands, one module each; discovered, never listed."""
