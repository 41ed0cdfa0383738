"""How checks set up copies. No check is here."""

from __future__ import annotations

from conformance.trial import Trial


def given_bucket(t: Trial) -> str:
    """A bucket of the check's own; with ACLs where the client sets them on every copy."""
    if t.copies_acls:
        return t.given.bucket_owned("ObjectWriter")
    return t.given.bucket()
