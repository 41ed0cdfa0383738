"""The way of every request: locate, route, authenticate, read, decide, operate, answer."""
