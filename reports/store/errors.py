"""What can be wrong with a store."""

from __future__ import annotations


class StoreError(ValueError):
    """A store that cannot be read or written, or a question it cannot answer; says why."""
