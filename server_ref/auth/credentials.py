"""Access keys, whose they are, and the signing keys derived from them."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Sequence

from server_ref.auth.signing_key import SigningKey
from server_ref.identity import Account, Credential

_CACHED_KEYS = 256  # derived signing keys kept: a day, a region and a service each
_LOOK_AGAIN = 1.0  # seconds between two looks for accounts added meanwhile
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

PERMANENT, TEMPORARY = "AKIA", "ASIA"  # how Amazon's access key ids begin


def make_account(account_id: str, display_name: str = "") -> Account:
    """An account; its canonical id follows from the 12-digit id, so it is the same next time."""
    canonical = hashlib.sha256(f"canonical user of {account_id}".encode()).hexdigest()
    return Account(account_id, canonical, display_name or f"account-{account_id}")


def make_account_id() -> str:
    """A fresh 12-digit account id."""
    return str(secrets.randbelow(9 * 10**11) + 10**11)


def make_access_key(kind: str = PERMANENT) -> str:
    """A fresh access key id in Amazon's form: AKIA (or ASIA) and 16 letters and digits."""
    return kind + "".join(secrets.choice(_LETTERS) for _ in range(16))


def make_secret_key() -> str:
    """A fresh secret access key: 40 characters."""
    return secrets.token_urlsafe(30)


def make_session(account: Account, expires: float) -> Credential:
    """Fresh temporary credentials of an account, good until ``expires`` (seconds since 1970)."""
    token = secrets.token_urlsafe(192)
    return Credential(make_access_key(TEMPORARY), make_secret_key(), account, token, expires)


class Keyring:
    """The credentials a server knows. Thread-safe.

    ``source`` is asked now and then for all of them anew; it answers None when nothing changed.
    """

    def __init__(
        self,
        credentials: Sequence[Credential],
        source: Callable[[], Sequence[Credential] | None] | None = None,
    ) -> None:
        self._source = source
        self._look_at = 0.0
        self._looking = threading.Lock()
        self._own = tuple(credentials)
        self._signing_keys: dict[tuple[str, str, str, str], SigningKey] = {}
        self._take((source() or ()) if source else ())
        if not self._by_key:
            raise ValueError("a server needs one access key at least")
        self.first = (*self._own, *self._others)[0]

    def add(self, credential: Credential) -> None:
        """One more credential, known from now on."""
        with self._looking:
            self._own = (*self._own, credential)
            self._take(self._others)

    def find(self, access_key: str) -> Credential | None:
        """The credential of this access key."""
        if self._source is not None and time.monotonic() >= self._look_at:
            self._look(self._source)
        return self._by_key.get(access_key)

    def account(self, canonical_id: str) -> Account | None:
        """The account of this canonical id."""
        return self._by_canonical_id.get(canonical_id)

    def signing_key(
        self, credential: Credential, date: str, region: str, service: str
    ) -> SigningKey:
        """The key of one day, region and service."""
        scope = (credential.secret_key, date, region, service)
        key = self._signing_keys.get(scope)
        if key is None:
            key = SigningKey(*scope)
            if len(self._signing_keys) >= _CACHED_KEYS:
                self._signing_keys.clear()
            self._signing_keys[scope] = key
        return key

    def _look(self, source: Callable[[], Sequence[Credential] | None]) -> None:
        with self._looking:
            if time.monotonic() < self._look_at:
                return  # somebody else just did
            self._look_at = time.monotonic() + _LOOK_AGAIN
            found = source()
            if found is not None:
                self._take(found)

    def _take(self, others: Sequence[Credential]) -> None:
        self._others = tuple(others)
        known = (*self._others, *self._own)
        self._by_key = {credential.access_key: credential for credential in known}
        self._by_canonical_id = {c.account.canonical_id: c.account for c in known}
