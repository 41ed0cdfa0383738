"""clean: remove the buckets that a killed run left on its endpoint."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import matrix
from conformance.endpoint import credentials
from conformance.endpoint.credentials import CredentialsError
from conformance.endpoint.endpoint import Endpoint
from conformance.endpoint.smoke import SmokeError, smoke_test
from conformance.model.counting import counted
from conformance.model.printable import printable
from conformance.model.verdict import ExitCode
from conformance.run.journal import Journal, JournalError, JournalRead, read_journal
from conformance.run.session import Session
from s3compat.places import OUTPUT, journals
from server_ref.commands.options import OptionParser

EXIT_CODES = {
    0: "nothing is left",
    1: "something could not be removed; it is listed",
    2: "no such file, or it is no journal",
    4: "the endpoint cannot be reached, or refuses the credentials",
}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat clean",
        description="Remove the buckets that earlier runs left on the server. A run writes the "
        "name "
        "of each bucket into its journal before it creates the bucket; only these are removed.",
    )
    made.add_argument(
        "journal",
        nargs="?",
        type=Path,
        help=f"a journal.jsonl, or a folder with several (default: {OUTPUT})",
    )
    made.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    made.add_argument(
        "--aws-profile",
        metavar="NAME",
        help="take the credentials of this profile of ~/.aws, not those of the environment",
    )
    made.add_argument(
        "--credentials",
        metavar="FILE",
        help="take the credentials of this file, in the form of ~/.aws/credentials",
    )
    made.add_argument(
        "--other-credentials",
        metavar="NAME",
        help="the credentials of the run's second account: env:PREFIX_, profile:NAME or "
        "file:PATH#SECTION",
    )
    return made


def main(argv: Sequence[str]) -> int:
    """0 nothing is left, 1 something could not be removed, 2 bad journal, 4 endpoint trouble."""
    options = parser().parse_args(argv)
    if options.journal is not None and not options.journal.exists():
        print(
            f"s3compat clean: {options.journal}: there is no such file or folder", file=sys.stderr
        )
        return ExitCode.USAGE
    try:
        read = [read_journal(path) for path in journals(options.journal)]
    except (OSError, JournalError) as problem:
        print(printable(f"s3compat clean: {problem}"), file=sys.stderr)
        return ExitCode.USAGE
    unfinished = [journal for journal in read if journal.open and not journal.header.ephemeral]
    if not unfinished:
        print("nothing to clean: no journal here names a bucket that may still exist")
        return ExitCode.GOOD
    codes = [_clean(journal, options) for journal in unfinished]
    return max(codes)


def _clean(journal: JournalRead, options: argparse.Namespace) -> int:
    header = journal.header
    print(
        f"{printable(header.url)}, run {header.run_id}: {counted(len(journal.open), 'bucket')} may "
        "still exist"
    )
    if options.dry_run:
        for name in journal.open:
            print(f"  would remove s3://{printable(name)}")
        return ExitCode.GOOD
    try:
        source = header.credentials
        if options.aws_profile or options.credentials:
            source = credentials.named(profile=options.aws_profile, file=options.credentials)
        others = options.other_credentials or header.other_credentials
        profile = matrix.load_profile(header.profile)
        endpoint = Endpoint(
            url=header.url,
            region=header.region,
            addressing="virtual" if header.addressing == "virtual" else "path",
            credentials=credentials.load(source),
            other_credentials=credentials.load(others) if others else None,
            profile=header.profile,
            ca_bundle=header.ca_bundle,
            insecure=header.insecure,
            other_hosts=profile.hosts,
        )
        smoke_test(endpoint)
    except (CredentialsError, SmokeError, matrix.MatrixError) as problem:
        print(printable(f"s3compat clean: {header.url}: {problem}"), file=sys.stderr)
        return ExitCode.HARNESS
    writer = Journal(journal.path, header.run_id)
    scratch = Path(tempfile.mkdtemp(prefix="s3compat-"))
    with Session(endpoint, matrix.load_matrix(), profile, writer, scratch) as session:
        left = session.remove_all(journal.open)
    writer.close()
    for name in left:
        print(f"  not removed: {printable(name)}")
    stayed = {name.partition(" ")[0].split("/")[2] for name in left}
    print(f"  {len(journal.open) - len(stayed)} of {len(journal.open)} buckets are gone now")
    if left:
        print(
            "  the server refused to remove the rest; its answers are above. Perhaps an object "
            "lock or a bucket policy forbids it: take that away, then run this command again"
        )
    return ExitCode.NOT_CONFORMING if left else ExitCode.GOOD
