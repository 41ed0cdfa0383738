"""Who is asking: Signature Version 4 in all its forms."""
