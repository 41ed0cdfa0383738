"""Every curl line is sent again, with Debian 12's curl, and shows what its cell shows.

The checks run on the reference server and leave their buckets; then the last line of each is given
to a shell. What a line says of itself that it cannot show is not sent.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import matrix
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Exchange, Result
from conformance.run.journal import Journal, JournalHeader, new_run_id
from conformance.run.session import Session
from conformance.trial.check import discover
from server_ref.server import S3Server
from tests.clients.optional import missing

QUICK = (
    "authentication",
    "presigned",
    "bucket-policy",
    "object-acl",
    "get-object",
    "get-object-range",
    "head-object",
    "list-objects",
    "list-objects-v2",
    "list-multipart-uploads",
    "list-parts",
    "bucket-tagging",
    "object-tagging",
    "conditional-read",
    "object-metadata",
    "errors",
)
ROWS = [
    pytest.param(row, marks=() if row in QUICK else pytest.mark.slow)
    for row in matrix.load_matrix().rows
    if row != "size-limits"  # a hundred thousand objects, for lines that other rows have too
]
# What its line cannot show is said by a line of its own beginning.
CANNOT = "# curl cannot"
RUNS_AGAIN = frozenset({"GET", "HEAD", "OPTIONS"})


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server(durability="relaxed") as one:
        yield one


@pytest.fixture(scope="module")
def ground(
    server: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Session, dict[str, str]]]:
    """A session that leaves what the checks made, and the variables of both accounts."""
    folder = tmp_path_factory.mktemp("reproductions")
    other = server.add_account()
    own = Credentials(
        server.access_key, server.secret_key, account_id=server.credentials[0].account.account_id
    )
    second = Credentials(other.access_key, other.secret_key, account_id=other.account.account_id)
    endpoint = Endpoint(
        url=server.url, region=server.region, credentials=own, other_credentials=second
    )
    run_id = new_run_id()
    header = JournalHeader(run_id, endpoint.url, endpoint.region, "path", "aws", ephemeral=True)
    journal = Journal.start(folder / "journal.jsonl", header)
    known = matrix.load_matrix(), matrix.load_profile("aws")
    variables = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": own.access_key,
        "AWS_SECRET_ACCESS_KEY": own.secret_key,
        "OTHER_ACCESS_KEY_ID": second.access_key,
        "OTHER_SECRET_ACCESS_KEY": second.secret_key,
    }
    with Session(endpoint, *known, journal, folder / "scratch", keep=True) as session:
        yield session, variables
    journal.close()


def shown(line: str, variables: dict[str, str]) -> tuple[int, str]:
    """The status and error code that the line shows."""
    done = subprocess.run(
        ["bash", "-c", line],
        env=variables,
        cwd=variables["HOME"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    text = done.stdout.decode(errors="replace")
    statuses = re.findall(r"^HTTP/\S+ (\d+)", text, re.MULTILINE)
    code = re.search(r"<Code>([^<]*)</Code>", text)
    assert statuses, (line, text, done.stderr)
    return int(statuses[-1]), code.group(1) if code else ""


def recorded(exchange: Exchange) -> tuple[int, str]:
    assert exchange.response is not None
    code = re.search(r"<Code>([^<]*)</Code>", exchange.response.body.text or "")
    return int(exchange.response.start_line.split()[1]), code.group(1) if code else ""


def _says_so(line: str) -> bool:
    """Whether the line says that it cannot show it; ids of this very run are good."""
    notes = [one for one in line.splitlines() if one.startswith(CANNOT)]
    return any("upload or version id" not in note for note in notes)


def last_of(result: Result) -> Exchange | None:
    """The last exchange of the check's own, if it may be sent again as things stand now."""
    calls = [call for call in result.calls if call.exchanges]
    if not calls or calls[-1].purpose != "test":
        return None
    exchange = calls[-1].exchanges[-1]
    if exchange.response is None or exchange.curl is None:
        return None
    method = exchange.request.start_line.partition(" ")[0]
    refused = exchange.response.start_line.split()[1].startswith(("4", "5"))
    return exchange if method in RUNS_AGAIN or refused else None


@pytest.mark.parametrize("row", ROWS)
def test_every_line_shows_what_its_cell_shows(
    row: str, ground: tuple[Session, dict[str, str]]
) -> None:
    if shutil.which("curl") is None:
        missing("curl is not installed")
    session, variables = ground
    tried, wrong = 0, []
    for check in discover().values():
        if check.row != row or (check.only and "raw" not in check.only):
            continue
        result = session.run(check, "raw")
        exchange = last_of(result)
        if exchange is None or exchange.curl is None or _says_so(exchange.curl):
            continue
        tried += 1
        seen, expected = shown(exchange.curl, variables), recorded(exchange)
        if seen != expected:
            wrong.append(f"{check.id}: {expected} in the cell, {seen} from\n{exchange.curl}")
    assert not wrong, "\n\n".join(wrong)
    assert tried or row not in QUICK
