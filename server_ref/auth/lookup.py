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

    Whether a lasting one came with a token is for `refuse_token`, once the signature holds.

    Raises S3Error InvalidAccessKeyId, also for a temporary key without a token, InvalidToken and
    ExpiredToken.
    """
    credential = keyring.find(access_key)
    if credential is None or (credential.token is not None and token is None):
        if strict.access_key:
            raise S3Error("InvalidAccessKeyId", AWSAccessKeyId=access_key)
        return credential or keyring.first
    own = credential.token if strict.session_token else None
    if token is not None and own and not hmac.compare_digest(own.encode(), token.encode()):
        raise _about_token("InvalidToken", token)
    if credential.expires is not None and credential.expires <= now and strict.session_expiry:
        raise _about_token("ExpiredToken", token or "")
    return credential


def refuse_token(credential: Credential, token: str | None, strict: Strictness) -> None:
    """Raises S3Error InvalidToken for a token that comes with a key that has none.

    A wrong signature is said first: https://github.com/justincormack/argmin measured it of headers,
    queries and forms.
    """
    sure = strict.access_key and strict.session_token
    if sure and token is not None and credential.token is None:
        raise _about_token("InvalidToken", token)


def _about_token(code: str, token: str) -> S3Error:
    """S3 says which of a request's tokens it means by repeating it as Token-0."""
    error = S3Error(code)
    error.members = {"Token-0": token}
    return error
