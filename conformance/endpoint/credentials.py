"""Credentials by name: from the environment, an AWS profile or a file, never from a command line.

A name is what may be written down: ``env:AWS_``, ``profile:work``, ``file:/keys.ini``,
``file:/keys.ini#section``, ``anonymous``.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from pathlib import Path

from conformance.endpoint.endpoint import Credentials

ANONYMOUS = "anonymous"
ENVIRONMENT = "env:AWS_"


class CredentialsError(ValueError):
    """No credentials under this name; the message says what to do. It holds no secret."""


def named(*, profile: str | None = None, file: str | None = None, anonymous: bool = False) -> str:
    """The name of the source that these options choose; the environment if none does.

    Raises CredentialsError where two are chosen.
    """
    chosen = []
    if anonymous:
        chosen.append(ANONYMOUS)
    if file is not None:
        chosen.append(f"file:{Path(file).expanduser().absolute()}")
        if profile is not None:
            chosen[-1] += f"#{profile}"
    elif profile is not None:
        chosen.append(f"profile:{profile}")
    if len(chosen) > 1:
        raise CredentialsError(
            "anonymous and credentials cannot be used together; give one of them"
        )
    return chosen[0] if chosen else ENVIRONMENT


def load(name: str, environment: Mapping[str, str] | None = None) -> Credentials | None:
    """The credentials ``name`` stands for; None for anonymous. Raises CredentialsError."""
    kind, _, rest = name.partition(":")
    match kind:
        case "anonymous":
            return None
        case "env":
            return _from_environment(rest, os.environ if environment is None else environment)
        case "profile":
            return _from_profile(rest)
        case "file":
            path, _, section = rest.partition("#")
            return _from_file(Path(path), section or "default")
    raise CredentialsError(
        f"{name!r} names no source of credentials; write env:PREFIX_, profile:NAME or "
        "file:PATH#SECTION"
    )


def in_words(name: str) -> str:
    """Where the credentials of this name come from, for a message."""
    kind, _, rest = name.partition(":")
    match kind:
        case "env":
            return f"the variables {rest}ACCESS_KEY_ID and {rest}SECRET_ACCESS_KEY"
        case "profile":
            return f"the AWS profile {rest}"
        case "file":
            path, _, section = rest.partition("#")
            return f"the file {path}, section {section or 'default'}"
    return "nowhere: requests are not signed"


def beside(name: str, folder: Path) -> str:
    """``name`` with a file's path made absolute from ``folder``."""
    kind, _, rest = name.partition(":")
    return f"file:{folder / Path(rest).expanduser()}" if kind == "file" else name


def _from_environment(prefix: str, environment: Mapping[str, str]) -> Credentials:
    access = environment.get(f"{prefix}ACCESS_KEY_ID")
    secret = environment.get(f"{prefix}SECRET_ACCESS_KEY")
    if not access or not secret:
        raise CredentialsError(
            f"no credentials: set {prefix}ACCESS_KEY_ID and {prefix}SECRET_ACCESS_KEY, or give "
            "--aws-profile NAME, --credentials-file FILE or --anonymous"
        )
    return Credentials(
        access,
        secret,
        environment.get(f"{prefix}SESSION_TOKEN") or None,
        environment.get(f"{prefix}ACCOUNT_ID") or None,
    )


def _from_profile(profile: str) -> Credentials:
    import botocore.exceptions
    import botocore.session

    try:
        found = botocore.session.Session(profile=profile).get_credentials()
    except botocore.exceptions.BotoCoreError as problem:
        raise CredentialsError(f"AWS profile {profile!r}: {problem}") from problem
    if found is None:
        raise CredentialsError(
            f"AWS profile {profile!r} has no credentials; `aws configure --profile {profile}` "
            "sets them"
        )
    frozen = found.get_frozen_credentials()
    account = getattr(frozen, "account_id", None)  # botocore before 1.35 has none
    return Credentials(frozen.access_key or "", frozen.secret_key or "", frozen.token, account)


def _from_file(path: Path, section: str) -> Credentials:
    """A file in the form of ``~/.aws/credentials``.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    """
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise CredentialsError(f"credentials file {path}: {problem.strerror}") from problem
    except (configparser.Error, UnicodeDecodeError):
        # the parser's own message quotes the line, which may be the secret
        raise CredentialsError(
            f"credentials file {path} is not in the form of ~/.aws/credentials: a [{section}] "
            "section with aws_access_key_id and aws_secret_access_key"
        ) from None
    if not parser.has_section(section):
        raise CredentialsError(
            f"credentials file {path} has no section [{section}]; it has: "
            f"{', '.join(parser.sections()) or 'none'}"
        )
    keys = dict(parser.items(section))
    access, secret = keys.get("aws_access_key_id"), keys.get("aws_secret_access_key")
    if not access or not secret:
        raise CredentialsError(
            f"credentials file {path}, section [{section}]: aws_access_key_id and "
            "aws_secret_access_key are both needed"
        )
    return Credentials(
        access,
        secret,
        keys.get("aws_session_token") or None,
        keys.get("aws_account_id") or None,
    )
