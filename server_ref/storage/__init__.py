"""Where objects live: SQLite for metadata and small bodies, files for the rest."""

from server_ref.storage.schema import StoreError
from server_ref.storage.store import Store

__all__ = ["Store", "StoreError"]
