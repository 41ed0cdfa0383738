"""What was seen: run logs made readable."""
