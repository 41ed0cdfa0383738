"""From the access key and session token a request names to the credential it may sign with.

One function for every mechanism, header, query and form. Whether the signature holds is decided
elsewhere.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html
"""

from __future__ import annotations

import hmac

from server_ref.auth.credentials import Keyring
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.identity import Credential


def known_credential(
    keyring: Keyring, access_key: str, token: str | None, strict: Strictness, now: float
) -> Credential:
    """The credential of ``access_key``; a temporary one needs its own token, in time.

    Raises S3Error InvalidAccessKeyId, also for a temporary key without a token, InvalidToken and
    ExpiredToken.
    """
    credential = keyring.find(access_key)
    if credential is None or (credential.token is not None and token is None):
        if strict.access_key:
            raise S3Error("InvalidAccessKeyId", AWSAccessKeyId=access_key)
        return credential or keyring.first
    if token is not None and strict.session_token:
        expected = credential.token
        if expected is None or not hmac.compare_digest(expected.encode(), token.encode()):
            raise _about_token("InvalidToken", token)
    if credential.expires is not None and credential.expires <= now and strict.session_expiry:
        raise _about_token("ExpiredToken", token or "")
    return credential


def _about_token(code: str, token: str) -> S3Error:
    """S3 says which of a request's tokens it means by repeating it as Token-0."""
    error = S3Error(code)
    error.members = {"Token-0": token}
    return error
