"""The commands of the server: serving, and the accounts, sessions and keys of a data directory."""
