"""What crossed the wire: recorded at the socket, parsed, redacted, made repeatable."""
