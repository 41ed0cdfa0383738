"""site: make a static website from a store: servers, trends, causes, and what changed when."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from conformance.model.counting import counted
from conformance.model.printable import printable
from conformance.model.verdict import ExitCode
from matrix import load_matrix
from reports.store.errors import StoreError
from s3compat.running.stores import MissingLibraryError, add_store_options, local_store
from server_ref.commands.options import OptionParser

EXIT_CODES = {0: "made", 2: "there is no such store, or the folder holds something else"}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat site",
        description="Make a site of static pages from a store (`s3compat history add`). The "
        "pages need no network and no JavaScript. Only pages that changed are written again.",
    )
    add_store_options(made)
    made.add_argument("--out", required=True, type=Path, metavar="DIR", help="the site's folder")
    made.add_argument(
        "--url",
        default="",
        metavar="URL",
        help="the address that the site will have; its feed needs it",
    )
    return made


def main(argv: Sequence[str]) -> int:
    """0; 2 for what is no store, or a folder that holds something else."""
    options = parser().parse_args(argv)
    started = time.monotonic()
    try:
        root = local_store(options)
        from reports.site.building import SiteError, build, check_target, state
        from reports.site.digging import decoded, dig, encoded, labels, source_digest
        from reports.site.model import Site, slug_of
        from reports.site.pages import Drawer
        from reports.store.reading import opened

        out = options.out.absolute()
        try:
            check_target(out)
        except SiteError as problem:
            return _complain(problem)
        facts = []
        fresh = 0
        with (
            tempfile.TemporaryDirectory(prefix="s3compat-site-") as scratch,
            opened(root, Path(scratch), memory="450MB") as connection,
        ):
            for label, runs in labels(connection).items():
                kept = decoded(state(out, f"{slug_of(label)}.facts") or b"")
                if kept is None or kept.source != source_digest(runs):
                    kept = dig(connection, root, label, runs)
                    fresh += 1
                facts.append(kept)
        states = {f"{slug_of(one.label)}.facts": encoded(one) for one in facts}
        built = build(Drawer(Site(facts, load_matrix()), options.url).drawings(), states, out)
    except (StoreError, MissingLibraryError, OSError) as problem:
        return _complain(problem)
    print(
        f"{out / 'index.html'}: {counted(len(facts), 'endpoint')} ({fresh} with new runs), "
        f"{counted(built.drawn, 'file')} drawn, {built.kept} as they were, "
        f"in {time.monotonic() - started:.1f} s"
    )
    return ExitCode.GOOD


def _complain(problem: Exception) -> ExitCode:
    print(printable(f"s3compat site: {problem}"), file=sys.stderr)
    return ExitCode.USAGE
