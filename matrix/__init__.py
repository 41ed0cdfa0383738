"""What is promised: rows, profiles and their loader."""
