"""The control of checks that a signature is accepted: one made with another secret is refused."""

from __future__ import annotations

from typing import Any

from conformance.trial import Credentials, Trial

OTHER_SECRET = "this-is-not-the-secret"


def with_another_secret(t: Trial) -> Credentials:
    """The key and token of the endpoint's own credentials, with a secret that is not theirs."""
    known = t.endpoint.credentials
    key, token = (known.access_key, known.session_token) if known else ("AKIA", None)
    return Credentials(key, OTHER_SECRET, token)


def expect_signatures_count(t: Trial, method: str, path: str, **options: Any) -> None:
    """The same request signed with another secret is refused: 403.

    Without this an endpoint that reads no signature would pass whatever form one may have.
    """
    got = t.raw(method, path, credentials=with_another_secret(t), **options)
    t.expect.error(got, 403, "SignatureDoesNotMatch")
