"""Replay: what was sent to Amazon S3, sent to the reference server, and both answers compared.

    python -m tests.server.recorded.replay FOLDER

FOLDER holds recorded answers (``*.json``) and the requests that led to them (``requests/*.json``).
Neither is part of this project: docs/recorded-answers.md says where they come from.
"""
