"""The store: SQLite holds metadata and small bodies, files hold large bodies."""

from server_ref.storage.schema import StoreError
from server_ref.storage.store import Store

__all__ = ["Store", "StoreError"]
