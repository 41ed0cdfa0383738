"""presign: make a presigned URL with the credentials of the environment.

It is what the `curl` line of a presigned request in a report begins with. Nothing is sent.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from conformance.endpoint import credentials
from conformance.endpoint.credentials import CredentialsError
from conformance.endpoint.endpoint import HOME_REGION
from conformance.endpoint.signing import UNSIGNED_PAYLOAD, sign_in_query
from conformance.model.verdict import ExitCode
from server_ref.commands.options import OptionParser, at_least

_NEEDED = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")

EXIT_CODES = {
    0: "printed",
    2: "this is no URL, an option is wrong, or there are no credentials",
}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat presign", description="Print a presigned URL. Nothing is sent."
    )
    add = made.add_argument
    add(
        "url",
        type=_url,
        help="the object's URL, percent-encoded, with the query that is to be signed",
    )
    add("--method", default="GET", help="the HTTP method it is for (default: GET)")
    add(
        "--expires",
        type=at_least(0),
        default=300,
        metavar="SECONDS",
        help="how long it works (default: 300); 0: a URL that has expired at once",
    )
    add(
        "--age",
        type=_age,
        default=0,
        metavar="SECONDS",
        help="sign with a time that lies this far in the past, for example to see an expired URL; "
        "negative: in the future",
    )
    add("--region", default=HOME_REGION, help="the region to sign for (default: us-east-1)")
    add("--header", action="append", default=[], type=_header, metavar="NAME:VALUE",
        help="a header to sign, which must then be sent; repeatable")  # fmt: skip
    add(
        "--credentials-env",
        default="AWS_",
        metavar="PREFIX",
        help="take the credentials from PREFIX + ACCESS_KEY_ID, … (default: AWS_)",
    )
    return made


def main(argv: Sequence[str]) -> int:
    """Print the URL; 0, or 2 for wrong words and without credentials."""
    options = parser().parse_args(argv)
    try:
        keys = credentials.load(f"env:{options.credentials_env}")
    except CredentialsError:
        names = " and ".join(f"{options.credentials_env}{one}" for one in _NEEDED)
        print(
            f"s3compat presign: no credentials: set {names}, or name other variables with "
            "--credentials-env PREFIX",
            file=sys.stderr,
        )
        return ExitCode.USAGE
    if keys is None:
        raise AssertionError("a source in the environment is never anonymous")
    print(
        sign_in_query(
            options.method,
            options.url,
            options.header,
            credentials=keys,
            region=options.region,
            at=datetime.now(UTC) - timedelta(seconds=options.age),
            expires=options.expires,
            payload_hash=UNSIGNED_PAYLOAD,
        )
    )
    return ExitCode.GOOD


def _url(text: str) -> str:
    """A URL of an object, as it was given; the type of the argument."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, a bracket without its other
        usable = False
    if not usable:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no URL of an object; expected http://host:port/bucket/key"
        )
    return text


def _age(text: str) -> int:
    """Seconds into the past, as far as there are dates; the type of an option."""
    try:
        seconds = int(text)
        datetime.now(UTC) - timedelta(seconds=seconds)
    except (ValueError, OverflowError) as problem:
        raise argparse.ArgumentTypeError(
            f"expected a number of seconds that leads to a date, such as 3600, and not {text!r}"
        ) from problem
    return seconds


def _header(text: str) -> tuple[str, str]:
    """Name and value of a header; the type of an option."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise argparse.ArgumentTypeError(
            f"expected NAME:VALUE, such as x-amz-meta-a:1, and not {text!r}"
        )
    return name.strip(), value.strip()
