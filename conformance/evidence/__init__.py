"""Evidence: requests and answers, recorded at the socket, parsed, redacted, made repeatable."""
