"""One way in: locate, route, authenticate, read, decide; then the operation and its answer."""
