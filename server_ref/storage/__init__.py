"""Where objects live: SQLite for metadata and small bodies, files for the rest."""
