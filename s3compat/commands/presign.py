"""presign: make a presigned URL with the credentials of the environment.

It is what the `curl` line of a presigned request in a report begins with. Nothing is sent.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from conformance.endpoint import credentials
from conformance.endpoint.credentials import CredentialsError
from conformance.endpoint.endpoint import HOME_REGION
from conformance.endpoint.signing import UNSIGNED_PAYLOAD, sign_in_query
from conformance.model.verdict import ExitCode
from server_ref.commands.options import OptionParser, at_least

_NEEDED = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")

EXIT_CODES = {
    0: "printed",
    2: "no credentials",
}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat presign", description="Print a presigned URL. Nothing is sent."
    )
    add = made.add_argument
    add("url", help="the object's URL, percent-encoded, with the query that is to be signed")
    add("--method", default="GET", help="the HTTP method it is for (default: GET)")
    add(
        "--expires",
        type=at_least(0),
        default=300,
        metavar="SECONDS",
        help="how long it works (default: 300); 0 makes a URL that works at no time",
    )
    add(
        "--age",
        type=int,
        default=0,
        metavar="SECONDS",
        help="sign with a time that lies this far in the past, for example to see an expired URL; "
        "less than 0: in the future",
    )
    add("--region", default=HOME_REGION, help="the region to sign for (default: us-east-1)")
    add("--header", action="append", default=[], metavar="NAME:VALUE", help="a header to "
        "sign, which must then be sent; repeatable")  # fmt: skip
    add(
        "--credentials-env",
        default="AWS_",
        metavar="PREFIX",
        help="take the credentials from PREFIX + ACCESS_KEY_ID, … (default: AWS_)",
    )
    return made


def main(argv: Sequence[str]) -> int:
    """Print the URL; 0, or 2 without credentials."""
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
    headers = []
    for line in options.header:
        name, _, value = line.partition(":")
        headers.append((name.strip(), value.strip()))
    print(
        sign_in_query(
            options.method,
            options.url,
            headers,
            credentials=keys,
            region=options.region,
            at=datetime.now(UTC) - timedelta(seconds=options.age),
            expires=options.expires,
            payload_hash=UNSIGNED_PAYLOAD,
        )
    )
    return ExitCode.GOOD
