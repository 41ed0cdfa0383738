"""Authentication: Signature Version 4 in all its forms."""
