"""Known servers at work: got from a package registry, started on loopback for a run, and ended.

What each of them is, is data (``matrix/servers/*.toml``); nothing here knows a server by name.
"""
