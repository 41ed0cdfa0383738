"""The reference server as an object, in threads of this process.

    with S3Server(buckets=["mine"]) as s3:
        s3.client().put_object(Bucket="mine", Key="a", Body=b"1")

It needs no client library, but for ``client`` and what uses it.
"""

from __future__ import annotations

import dataclasses
import shutil
import ssl
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from server_ref import deviations as deviation_registry
from server_ref import operations
from server_ref.auth.accounts import AccountsFile
from server_ref.auth.credentials import (
    Keyring,
    make_access_key,
    make_account,
    make_account_id,
    make_secret_key,
    make_session,
)
from server_ref.behaviours import load_behaviour
from server_ref.clock import Clock, utc_now
from server_ref.effects.running import Effects
from server_ref.effects.targets import parse_targets
from server_ref.gate.addressing import names_for_certificate
from server_ref.gate.app import App
from server_ref.gate.regions import check_regions
from server_ref.http.connection import Log
from server_ref.http.front import Front
from server_ref.http.ports import Ports
from server_ref.http.tls import context, make_certificate
from server_ref.identity import Credential
from server_ref.lifecycle.worker import Lifecycle
from server_ref.model import compile_service
from server_ref.rules.mfa import parse_devices
from server_ref.seams import Seams
from server_ref.server import contents
from server_ref.server.reachable import Reachable
from server_ref.settings import Settings
from server_ref.storage.keystore import KeyStore, check_name

DEFAULT_ACCOUNT = "111122223333"  # Amazon's example account id
_NOT_RUNNING = "the server is not running; use `with S3Server() as s3:`"


class S3Server(Reachable):
    """A running S3 endpoint. Starts in ``start`` (or ``with``), ends in ``close``."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        data: str | Path | None = None,
        accounts: Sequence[Credential] = (),
        region: str | Sequence[str] | None = None,
        deviations: Sequence[str] = (),
        behaviour: str = "aws",
        anonymous: bool = False,
        tls: bool | tuple[str | Path, str | Path | None] = False,
        durability: str | None = None,
        domain: str = "",
        base_path: str = "",
        event_targets: Sequence[str] = (),
        access_log_seconds: float | None = None,
        restore_seconds: float | None = None,
        mfa_devices: Sequence[str] = (),
        targets: int | None = None,
        features: Sequence[str] = (),
        upstream: str = "",
        upstream_credential: Credential | None = None,
        kms_keys: Sequence[str] = (),
        keys_over_http: bool = True,
        customer_keys: bool = True,
        buckets: Sequence[str] = (),
        log: Log | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """``port`` 0 takes a free one; without ``data`` a temporary directory lives as long.

        ``accounts`` are access keys it knows beside those ``data`` keeps (`auth/accounts.py`);
        where there are none, one is made up, and kept with ``data``. ``region`` may be several:
        the first is home, and a bucket is where its LocationConstraint says (gate/regions.py).
        ``tls`` is True for a certificate made here, or the paths of certificate and key.
        ``event_targets`` are ``ARN=URL`` (effects/targets.py). ``access_log_seconds`` is how long
        access log records are gathered, ``restore_seconds`` how long a Standard restore takes;
        ``mfa_devices`` are ``SERIAL=SECRET`` (rules/mfa.py). ``clock`` gives the time objects live
        in (aware); signatures keep to the real one. ``kms_keys`` are ids or aliases of KMS keys of
        the first account, made where there are none. ``targets``, ``features`` and ``upstream``,
        with the keys to it, are for behaviours of products that have them (docs/server.md).
        ``buckets`` are made at the start, where they are not there yet. Settings
        given here win over the behaviour file's. Raises BehaviourError, UnknownDeviation,
        ValueError, AccountsError.
        """
        chosen = load_behaviour(behaviour)
        regions = check_regions((region,) if isinstance(region, str) else tuple(region or ()))
        given = {
            "region": regions[0] if regions else None,
            "further_regions": regions[1:] or None,
            "durability": durability,
            "anonymous": anonymous or None,
            "domain": domain or None,
            "base_path": base_path or None,
            "access_log_seconds": access_log_seconds,
            "restore_seconds": restore_seconds,
            "mfa_devices": parse_devices(mfa_devices) or None,
            "keys_over_http": None if keys_over_http else False,
            "customer_keys": None if customer_keys else False,
            "event_targets": parse_targets(event_targets) or None,
            "targets": targets,
            "features": tuple(features) or None,
            "upstream": upstream or None,
            "upstream_credential": upstream_credential,
        }
        wanted = {name: value for name, value in given.items() if value is not None}
        settings = dataclasses.replace(Settings(), **{**chosen.settings, **wanted})
        if settings.durability not in ("full", "relaxed"):
            raise ValueError(f"durability is full or relaxed, not {settings.durability!r}")
        self._seams = Seams(settings)
        deviation_registry.apply((*chosen.deviations, *deviations), self._seams)
        self.settings = self._seams.settings
        self._host, self._port = host, port
        self._data = Path(data) if data is not None else None
        self._given = tuple(accounts)
        kept = AccountsFile(self._data).read() if self._data else ()
        self.credentials = self._given or kept
        self.made: Credential | None = None  # a key made now, which nobody knows yet
        if not self.credentials:
            account = make_account(DEFAULT_ACCOUNT)
            self.made = Credential(make_access_key(), make_secret_key(), account)
            self.credentials = (self.made,)
        self._keyring: Keyring | None = None
        self._scratch: Path | None = None
        self._tls = tls
        self._log = log
        self.clock = Clock(clock)
        self._lifecycle: Lifecycle | None = None
        self._ports: Ports | None = None
        self._front: Front | None = None
        self._buckets = tuple(buckets)
        self._kms_keys = tuple(kms_keys)
        for name in self._kms_keys:
            check_name(name)
        self._store: Any = None
        self._effects: Effects | None = None
        self.certificate: Path | None = None  # PEM, to be trusted by clients

    # life

    def start(self) -> S3Server:
        """Open the store and listen. Raises OSError, StoreError."""
        from server_ref.storage import Store

        service = compile_service()
        try:
            data = self._data or self._make_scratch() / "data"
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store = Store(data, self.settings)
            for name in self._kms_keys:
                account = self.credentials[0].account.account_id
                self.keys.ensure(name, account, self.settings.region)
            self._keyring = self._make_keyring()
            self._effects = Effects(self._store, self._keyring, self.settings)
            app = App(
                service,
                operations.discover(),
                self._store,
                self._keyring,
                self._seams,
                self.clock,
            )
            self._front = self._seams.front(
                app, self._store, self._keyring.first.account.canonical_id
            )
            self._ports = Ports(
                self._host,
                self._port,
                self._front,
                self._seams.limits,
                tls=self._context(),
                log=self._effects.access_log.logging(self._log),
            )
        except BaseException:
            self._stop(0.0)
            self._release()
            raise
        self._ports.start()
        self._effects.start()
        self._lifecycle = Lifecycle(self._store, self.clock)
        self._lifecycle.start()
        try:
            self._make_buckets()
        except BaseException:
            self.close(0.0)
            raise
        return self

    def close(self, seconds: float = 5.0) -> None:
        """Let running requests finish for ``seconds``, then end; removes temporary data."""
        self._stop(seconds)
        self._release()

    def reset(self) -> None:
        """Begin again: no buckets but those of ``buckets``, no objects, the clock as it was.

        Accounts, sessions and KMS keys stay, and so does the URL. No request should be running.
        Raises ValueError for a server with a data directory of its own: it would be emptied.
        """
        if self._data is not None:
            raise ValueError(f"reset() would empty {self._data}; it is for a server without data")
        if self._store is None:
            raise RuntimeError(_NOT_RUNNING)
        self._store.empty()
        self.clock.reset()
        self._make_buckets()

    def seed(self, folder: str | Path, bucket: str | None = None) -> int:
        """Put the files below a folder into a bucket, made if need be; how many there were.

        Without ``bucket`` it has the folder's own name. Needs boto3.
        """
        source = Path(folder).resolve(strict=True)
        name = bucket or source.name
        client = self.client()
        contents.make_buckets(client, [name], self.region)
        return contents.upload_folder(client, source, name)

    def move_clock(self, by: timedelta) -> None:
        """Let time pass for all that is stored: lifecycles, retention, restored copies."""
        self.clock.move(by)

    def run_lifecycle(self) -> Counter[str]:
        """Do now what lifecycle rules are due for, and say how much of what it was.

        The server does the same by itself within seconds of a new day of its clock.
        """
        if self._lifecycle is None:
            raise RuntimeError(_NOT_RUNNING)
        return self._lifecycle.run()

    def __enter__(self) -> S3Server:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # what a client needs

    @property
    def url(self) -> str:
        """Scheme, host and port, and the base path if there is one."""
        return f"{self.root_url}{self._front.path if self._front else ''}"

    @property
    def root_url(self) -> str:
        """Scheme, host and port alone: where an emulated product's own API begins."""
        return self._urls[0]

    @property
    def target_urls(self) -> list[str]:
        """Scheme, host and port of each further port."""
        return self._urls[1:]

    @property
    def endpoint_url(self) -> str:
        """The same as url, by boto3's name for it."""
        return self.url

    @property
    def keys(self) -> KeyStore:
        """The local KMS keys: create, list, enable and disable them."""
        if self._store is None:
            raise RuntimeError(_NOT_RUNNING)
        found: KeyStore = self._store.keys
        return found

    @property
    def region(self) -> str:
        """The home region: requests are signed for it, unless their bucket is in another."""
        return self.settings.region

    def add_account(self, display_name: str = "") -> Credential:
        """An access key of a new account, known until this server ends."""
        account = make_account(make_account_id(), display_name)
        return self._know(Credential(make_access_key(), make_secret_key(), account))

    def add_session(self, seconds: float = 3600, of: Credential | None = None) -> Credential:
        """Temporary credentials of the first account, or of another's; they end in ``seconds``."""
        account = (of or self.credentials[0]).account
        return self._know(make_session(account, time.time() + seconds))

    @property
    def data(self) -> Path | None:
        """The directory that was given; None for a temporary one."""
        return self._data

    @property
    def temporary(self) -> bool:
        """What is stored is removed at the end."""
        return self._data is None

    # inside

    def _make_buckets(self) -> None:
        if self._buckets:
            contents.make_buckets(self.client(), self._buckets, self.region)

    def _know(self, credential: Credential) -> Credential:
        if self._keyring is None:
            raise RuntimeError(_NOT_RUNNING)
        self._keyring.add(credential)
        return credential

    def _make_keyring(self) -> Keyring:
        if self._data is None:
            return Keyring(self.credentials)
        kept = AccountsFile(self._data)
        if (made := self.made) is not None:
            kept.change(lambda known: known or (made,))
        return Keyring(self._given, kept.news)

    @property
    def _urls(self) -> list[str]:
        if self._ports is None:
            raise RuntimeError(_NOT_RUNNING)
        return self._ports.urls

    def _stop(self, seconds: float) -> None:
        if self._ports is not None:
            self._ports.drain(seconds)
            self._ports = None

    def _make_scratch(self) -> Path:
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="s3compat-"))
        return self._scratch

    def _context(self) -> ssl.SSLContext | None:
        if not self._tls:
            return None
        if isinstance(self._tls, tuple):
            certificate = Path(self._tls[0])
            key = Path(self._tls[1]) if self._tls[1] else None
        else:
            names = (self._host, "127.0.0.1", "::1", *names_for_certificate(self.settings))
            certificate, key = make_certificate(self._make_scratch(), tuple(dict.fromkeys(names)))
        self.certificate = certificate
        return context(certificate, key)

    def _release(self) -> None:
        if self._lifecycle is not None:
            self._lifecycle.close()
            self._lifecycle = None
        if self._effects is not None:
            self._effects.close()
            self._effects = None
        if self._store is not None:
            self._store.close()
            self._store = None
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None
