"""The target of one run: an endpoint, where its credentials come from, and its label.

Made from options, or from a table of an endpoints file; validated before anything is sent.
"""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

import matrix
from conformance.endpoint import credentials
from conformance.endpoint.endpoint import HOME_REGION, Credentials, Endpoint, Who


class TargetError(ValueError):
    """A target that cannot be one; the message says what to change."""


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[[endpoint]]`` table, or the same from options.

    ``credentials`` is a name as in ``conformance.endpoint.credentials``; ``credentials_env``,
    ``aws_profile``, ``credentials_file`` and ``anonymous`` are the ways a file says it.
    ``other_credentials`` is the name of a second account's: ``env:OTHER_``, ``profile:bob`` or
    ``file:keys.ini#bob``.
    """

    url: str  # of the S3 to test; it may have a path: http://host:8080/s3
    label: str = ""  # its name in messages and reports; without it the host of the URL
    region: str = HOME_REGION  # the region that requests are signed for
    addressing: Literal["path", "virtual"] = "path"  # host/bucket/key, or bucket.host/key
    profile: str = "aws"  # what it claims: the name of a profile, or a TOML file
    ca_bundle: str | None = None  # PEM file that its TLS certificate is verified with
    insecure: bool = False  # do not verify its TLS certificate
    aws_profile: str | None = None  # credentials of this profile of the aws CLI
    credentials_file: str | None = None  # credentials of a file like ~/.aws/credentials
    credentials_env: str | None = None  # a prefix: MINE_ for MINE_ACCESS_KEY_ID and its like
    anonymous: bool = False  # send unsigned requests
    other_credentials: str | None = None
    """A second account, for checks between accounts: env:PREFIX_, profile:NAME or
    file:PATH#SECTION."""
    generation: str = ""  # a label that sets runs apart in one report, as of old and new SDKs
    server: dict[str, str] = {}  # of a known server that answers there: its name, version, package

    @property
    def credentials(self) -> str:
        """The name of where the credentials come from; raises CredentialsError for two."""
        if self.credentials_env is not None:
            return f"env:{self.credentials_env}"
        return credentials.named(
            profile=self.aws_profile, file=self.credentials_file, anonymous=self.anonymous
        )

    def endpoint(self) -> Endpoint:
        """The endpoint with its credentials; raises TargetError, CredentialsError, MatrixError."""
        self.check()
        return Endpoint(
            url=self.url.rstrip("/"),
            region=self.region,
            addressing=self.addressing,
            credentials=credentials.load(self.credentials),
            other_credentials=self._others(),
            profile=self.profile,
            label=self.label,
            ca_bundle=self.ca_bundle,
            insecure=self.insecure,
            other_hosts=matrix.load_profile(self.profile).hosts,
            sources=self._sources(),
        )

    def _sources(self) -> dict[Who, str]:
        found: dict[Who, str] = {"own": credentials.in_words(self.credentials)}
        if self.other_credentials is not None:
            found["other"] = credentials.in_words(self.other_credentials)
        return found

    def _others(self) -> Credentials | None:
        if self.other_credentials is None:
            return None
        found = credentials.load(self.other_credentials)
        if found is None:
            raise TargetError(
                "the other credentials must belong to a second account; anonymous is not an account"
            )
        return found

    def options(self) -> tuple[str, ...]:
        """The options of ``s3compat run`` that choose this target; they hold no secret."""
        words: list[str] = []
        for option, value, usual in (
            ("--endpoint", self.url, None),
            ("--profile", self.profile, None),
            ("--label", self.label, ""),
            ("--region", self.region, HOME_REGION),
            ("--addressing", self.addressing, "path"),
            ("--ca-bundle", self.ca_bundle, None),
            ("--aws-profile", self.aws_profile, None),
            ("--credentials", self.credentials_file, None),
            ("--credentials-env", self.credentials_env, None),
            ("--other-credentials", self.other_credentials, None),
        ):
            if value is not None and value != usual:
                words += [option, value]
        words += ["--insecure"] if self.insecure else []
        return (*words, *(["--anonymous"] if self.anonymous else []))

    def check(self) -> None:
        """Raise TargetError for a URL or CA bundle that cannot be used."""
        try:
            parts = urlsplit(self.url)
        except ValueError as problem:
            raise TargetError(f"endpoint {self.url!r}: {problem}") from problem
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise TargetError(
                f"endpoint {self.url!r}: expected a URL such as http://127.0.0.1:9000 or "
                "https://s3.eu-west-1.amazonaws.com"
            )
        if parts.username or parts.password:
            raise TargetError(
                "the endpoint URL has credentials in it; give them by environment, "
                "--aws-profile or --credentials-file instead"
            )
        if parts.query or parts.fragment:
            raise TargetError(f"endpoint {self.url!r}: an endpoint URL has no query or fragment")
        try:
            parts.port  # noqa: B018 - reading it validates it
        except ValueError as problem:
            raise TargetError(f"endpoint {self.url!r}: {problem}") from problem
        if self.addressing == "virtual" and _is_address(parts.hostname):
            raise TargetError(
                f"endpoint {self.url!r}: virtual-hosted addressing needs a host name, because "
                "a bucket's name cannot stand before an IP address. Give the host name, or "
                "--addressing path"
            )
        if self.ca_bundle is not None and not Path(self.ca_bundle).is_file():
            raise TargetError(f"CA bundle {self.ca_bundle}: no such file")


class EndpointsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An endpoints file; it is read by ``read_targets``, table after table."""

    endpoint: Annotated[tuple[Target, ...], msgspec.Meta(min_length=1)]  # `[[endpoint]]` tables


def read_targets(path: Path) -> list[Target]:
    """The targets of an endpoints file: ``[[endpoint]]`` tables. Raises TargetError.

    Paths in it are relative to the file.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise TargetError(f"endpoints file {path}: {problem.strerror}") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise TargetError(f"endpoints file {path}: not TOML: {problem}") from problem
    tables = document.get("endpoint")
    others = [key for key in document if key != "endpoint"]
    if not isinstance(tables, list) or not tables or others:
        found = f"; the file also has {', '.join(others)}" if others else ""
        raise TargetError(f"endpoints file {path}: expected only [[endpoint]] tables{found}")
    targets = []
    for number, table in enumerate(tables, start=1):
        try:
            target = matrix.decode(table, Target, f"endpoints file {path}: endpoint {number}")
        except matrix.MatrixError as problem:
            raise TargetError(str(problem)) from problem
        if target.server:
            raise TargetError(
                f"endpoints file {path}: endpoint {number}: the key server is set by "
                "`s3compat run --server` only; leave it out"
            )
        targets.append(_beside(target, path.absolute().parent))
    labels = [target.label or urlsplit(target.url).netloc for target in targets]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise TargetError(
            f"endpoints file {path}: two endpoints are called {', '.join(twice)}; give each "
            "a label of its own"
        )
    return targets


def _beside(target: Target, folder: Path) -> Target:
    """The target with its paths made absolute from the folder of the file that names them."""
    changed = {
        name: str(folder / Path(value).expanduser())
        for name in ("ca_bundle", "credentials_file")
        if (value := getattr(target, name)) is not None
    }
    if target.other_credentials is not None:
        changed["other_credentials"] = credentials.beside(target.other_credentials, folder)
    beside = folder / target.profile
    if target.profile.endswith(".toml") and beside.is_file():
        changed["profile"] = str(beside)
    return msgspec.structs.replace(target, **changed)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
