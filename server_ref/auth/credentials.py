"""Access keys, whose they are, and the signing keys derived from them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from server_ref.context import Account

_CACHED_KEYS = 256  # derived signing keys kept: a day, a region and a service each


@dataclass(frozen=True, slots=True)
class Credential:
    """One access key of an account. The secret key stays out of every representation."""

    access_key: str
    secret_key: str = field(repr=False)
    account: Account


def make_account(account_id: str, display_name: str = "") -> Account:
    """An account; its canonical id follows from the 12-digit id, so it is the same next time."""
    canonical = hashlib.sha256(f"canonical user of {account_id}".encode()).hexdigest()
    return Account(account_id, canonical, display_name or f"account-{account_id}")


def make_access_key() -> str:
    """A fresh access key id in Amazon's form: AKIA and 16 letters and digits."""
    return "AKIA" + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16))


def make_secret_key() -> str:
    """A fresh secret access key: 40 characters."""
    return secrets.token_urlsafe(30)


class Keyring:
    """The credentials a server knows."""

    def __init__(self, credentials: tuple[Credential, ...]) -> None:
        if not credentials:
            raise ValueError("a server needs one access key at least")
        self.first = credentials[0]
        self._by_key = {credential.access_key: credential for credential in credentials}
        self._by_canonical_id = {c.account.canonical_id: c.account for c in credentials}
        self._signing_keys: dict[tuple[str, str, str, str], bytes] = {}

    def find(self, access_key: str) -> Credential | None:
        """The credential of this access key."""
        return self._by_key.get(access_key)

    def account(self, canonical_id: str) -> Account | None:
        """The account of this canonical id."""
        return self._by_canonical_id.get(canonical_id)

    def signing_key(self, credential: Credential, date: str, region: str, service: str) -> bytes:
        """The key of one day, region and service.

        https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
        """
        scope = (credential.access_key, date, region, service)
        key = self._signing_keys.get(scope)
        if key is None:
            key = b"AWS4" + credential.secret_key.encode()
            for part in (date, region, service, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            if len(self._signing_keys) >= _CACHED_KEYS:
                self._signing_keys.clear()
            self._signing_keys[scope] = key
        return key
