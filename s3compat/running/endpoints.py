"""What a run tries: the endpoints that were given, or the reference server, started for the run."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from conformance.endpoint import credentials
from conformance.endpoint.target import Target, read_targets
from s3compat.running.arguments import words
from s3compat.servers.targets import targets_of

REFERENCE = "reference server"
REFERENCE_VARIABLES = "S3COMPAT_REFERENCE_"
OTHER_VARIABLES = "S3COMPAT_OTHER_"  # of the reference server's second account


class UsageError(ValueError):
    """Options that do not go together; the message says which."""


@contextlib.contextmanager
def targets(options: argparse.Namespace) -> Iterator[list[Target]]:
    """What to try; the reference server runs while the context lasts. Raises UsageError."""
    if options.endpoint and options.endpoints:
        raise UsageError("--endpoint and --endpoints cannot be used together; give one of them")
    if options.server_version and not options.server:
        raise UsageError("--server-version is for --server NAME; name the server")
    if options.endpoint or options.endpoints or options.server:
        if options.deviation or options.feature or options.session:
            raise UsageError(
                "--deviation, --feature and --session work with the reference server only; leave "
                "out the endpoint"
            )
        yield _known_servers(options) if options.server else _given_targets(options)
        return
    if options.other_credentials:
        raise UsageError(
            "--other-credentials is for a server of yours; the reference server has a second "
            "account already. Leave the option out, or give --endpoint URL"
        )
    if options.keep:
        raise UsageError(
            "--keep needs a server that goes on after the run, and the reference server ends "
            "with it. Start one with `s3compat serve`, and give its URL as --endpoint"
        )
    with _reference(options) as target:
        yield [target]


def _known_servers(options: argparse.Namespace) -> list[Target]:
    if options.endpoint or options.endpoints:
        raise UsageError(
            "--server cannot be used together with --endpoint or --endpoints; give one of them"
        )
    names = list(dict.fromkeys(words(options.server)))
    if not names:
        raise UsageError("--server names no server; `s3compat servers` lists them")
    return targets_of(names, options.server_version, options.profile, options.generation)


def again(options: argparse.Namespace, target: Target) -> tuple[str, ...]:
    """The options that choose ``target`` in another run, the reference server's own included, and
    the checks that are the user's own.
    """
    own = [word for path in options.checks for word in ("--checks", path)]
    return (*_chosen(options, target), *own)


def _chosen(options: argparse.Namespace, target: Target) -> tuple[str, ...]:
    if target.server:  # started for a run, at a port of that run
        words = ["--server", target.server["name"]]
        return (*words, "--profile", options.profile) if options.profile else tuple(words)
    if target.credentials_env != REFERENCE_VARIABLES:
        return target.options()
    words = ["--profile", options.profile] if options.profile else []
    words += ["--region", options.region] if options.region else []
    words += ["--addressing", options.addressing] if options.addressing != "path" else []
    for option, names in (("--deviation", options.deviation), ("--feature", options.feature)):
        words += [word for name in names for word in (option, name)]
    return tuple(words)


def _given_targets(options: argparse.Namespace) -> list[Target]:
    given = {
        "region": options.region,
        "profile": options.profile,
        "generation": options.generation or None,
        "other_credentials": options.other_credentials
        and credentials.beside(options.other_credentials, Path.cwd()),
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if options.endpoints:
        return [
            msgspec.structs.replace(target, **changes) for target in read_targets(options.endpoints)
        ]
    return [
        Target(
            url=options.endpoint,
            label=options.label,
            addressing=options.addressing,
            ca_bundle=options.ca_bundle,
            insecure=options.insecure,
            aws_profile=options.aws_profile,
            credentials_file=options.credentials,
            credentials_env=options.credentials_env,
            anonymous=options.anonymous,
            **changes,
        )
    ]


@contextlib.contextmanager
def _reference(options: argparse.Namespace) -> Iterator[Target]:
    """The reference server; keys of two accounts in variables that only this process and its
    workers see.
    """
    from server_ref.behaviours import BehaviourError, names
    from server_ref.deviations import UnknownDeviation
    from server_ref.server import S3Server

    if options.dry_run or options.list:
        yield Target(url="http://127.0.0.1", label=REFERENCE, profile=options.profile or "aws")
        return
    # claims of any name or path are measured; only some names are also a server's settings
    behaves_as = options.profile if options.profile in names() else "aws"
    label = REFERENCE if behaves_as == "aws" else f"{REFERENCE} as {behaves_as}"
    try:
        server = S3Server(
            behaviour=behaves_as,
            region=options.region,
            deviations=options.deviation,
            features=options.feature,
            durability="relaxed",  # what it stores is gone with the run
        )
    except (UnknownDeviation, BehaviourError, ValueError) as problem:
        raise UsageError(str(problem)) from problem
    with server:
        own = server.add_session() if options.session else server.credentials[0]
        keys = {
            f"{prefix}{name}": value
            for prefix, key in (
                (REFERENCE_VARIABLES, own),
                (OTHER_VARIABLES, server.add_account()),
            )
            for name, value in (
                ("ACCESS_KEY_ID", key.access_key),
                ("SECRET_ACCESS_KEY", key.secret_key),
                ("ACCOUNT_ID", key.account.account_id),
                *([("SESSION_TOKEN", key.token)] if key.token else []),
            )
        }
        os.environ.update(keys)
        try:
            yield Target(
                url=_by_name(server.url) if options.addressing == "virtual" else server.url,
                label=options.label or label,
                region=server.region,
                addressing=options.addressing,
                profile=options.profile or "aws",
                credentials_env=REFERENCE_VARIABLES,
                other_credentials=f"env:{OTHER_VARIABLES}",
                generation=options.generation,
            )
        finally:
            for name in keys:
                del os.environ[name]


def _by_name(url: str) -> str:
    """The URL with localhost for the address: a bucket cannot be put before an IP address."""
    return url.replace("127.0.0.1", "localhost")
