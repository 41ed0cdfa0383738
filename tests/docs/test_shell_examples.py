"""The shell examples of each page, run one block after another in one folder, as a reader would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from s3compat import S3Server
from tests.docs.blocks import PAGES, REPOSITORY, Block, blocks
from tests.docs.claims import SHELL, claim_of

BIN = str(Path(sys.executable).parent)
TIMEOUT = 600  # seconds for one block
BLOCKS = [block for page in PAGES for block in blocks(page)]
PAGES_HERE = sorted(
    {block.page for block in BLOCKS if (claim := claim_of(block)) and claim.by == SHELL}
)
A_RUN = "s3compat run --rows list-objects-v2 --out s3compat-out/a --deviation list-v2-token-ignored"
LATEST = f"{A_RUN}; ln -s a s3compat-out/latest"
FAILED = 1  # what a run with a fault ends with
# What a reader of the page has in the folder already: commands of ours, before its first block.
BEFORE = {
    "docs/ci.md": "git init -q .",
    "docs/howto/gate-by-cause.md": f"{LATEST}; s3compat gate s3compat-out/latest "
    "--baseline s3compat-baseline.json --write-baseline",
    "docs/reports.md": f"{LATEST}; cp s3compat-out/a/run.jsonl run.jsonl; mkdir docs; "
    "s3compat run --generation current --no-report --out c; mv c/run.jsonl current.jsonl; "
    "s3compat run --generation before --no-report --out b; mv b/run.jsonl before-checksums.jsonl",
    "docs/server.md": "mkdir -p tests/data; s3compat admin --data ./s3-data add --name me > key; "
    "s3compat admin --data ./s3-data add-key > kms",
    "docs/troubleshooting.md": f"{A_RUN}; mv s3compat-out/a s3compat-out/7",
}
# Pages on which a command ends with another code than 0, as the page says.
ENDS = {"docs/howto/gate-by-cause.md": {0, FAILED}}
COPIED = {"docs/howto/own-checks.md": ("tests/own_checks/acme", "acme")}
FILE = re.compile(r"# (\S+\.toml)\n")  # a block that begins with the name of its file


@dataclass(frozen=True)
class Endpoints:
    """The reference servers that stand for the reader's."""

    old: S3Server
    new: S3Server


@pytest.fixture(scope="module")
def endpoints() -> Iterator[Endpoints]:
    with S3Server() as old, S3Server(region="eu-west-1") as new:
        yield Endpoints(old, new)


def written(text: str, endpoints: Endpoints) -> str:
    """The text with addresses and keys that there are in place of those of the page."""
    old, new = endpoints.old, endpoints.new
    for shown, real in (
        ("http://127.0.0.1:9000", old.url),
        ("http://127.0.0.1:9001", new.url),
        ("http://127.0.0.1:8080", old.url),
        ("https://s3.example.com", old.url),
        ("https://s3.us-east-1.amazonaws.com", old.url),
        ("<run id>", "7"),
    ):
        text = text.replace(shown, real)
    for prefix, server in (("OLD_", old), ("NEW_", new), ("AWS_", old)):
        keys = server.client_kwargs
        text = text.replace(
            f"{prefix}ACCESS_KEY_ID=…", f"{prefix}ACCESS_KEY_ID={keys['aws_access_key_id']}"
        )
        text = text.replace(
            f"{prefix}SECRET_ACCESS_KEY=…",
            f"{prefix}SECRET_ACCESS_KEY={keys['aws_secret_access_key']}",
        )
    return text


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES_HERE)
def test_the_commands_of_a_page_run(page: str, tmp_path: Path, endpoints: Endpoints) -> None:
    folder, programs = tmp_path / "here", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    program = programs / "s3compat"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tests.docs.narrowed "$@"\n', "utf-8")
    program.chmod(0o755)
    environment = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("AWS_", "S3COMPAT_")) or name == "S3COMPAT_CACHE"
    } | {
        "PATH": os.pathsep.join((str(programs), BIN, os.environ["PATH"])),
        "PYTHONPATH": str(REPOSITORY),
        "NO_COLOR": "1",
        "AWS_ACCESS_KEY_ID": endpoints.old.client_kwargs["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": endpoints.old.client_kwargs["aws_secret_access_key"],
    }
    if page in COPIED:
        shutil.copytree(REPOSITORY / COPIED[page][0], folder / COPIED[page][1])
    kept = folder / ".environment"
    kept.write_text("", "utf-8")
    if page in BEFORE:
        shell(BEFORE[page], folder, environment)
    tried = 0
    for block in (one for one in BLOCKS if one.page == page):
        if named := FILE.match(block.text):
            (folder / named[1]).write_text(written(block.text, endpoints), "utf-8")
        claim = claim_of(block)
        if claim is None or claim.by != SHELL:
            continue
        tried += 1
        script = filled(written(block.text, endpoints), folder)
        # What one block exports is there in the next one.
        done = shell(
            f". ./.environment\nset -e\n{script}\nexport -p > .environment", folder, environment
        )
        assert done.returncode in ENDS.get(page, {0}), f"{block.place}\n{script}\n{done.stdout}"
    assert tried


def filled(script: str, folder: Path) -> str:
    """The script with the ids that an earlier command made in place of `AKIA…` and `UUID`."""
    for shown, file, pattern in (
        ("AKIA…", "key", r"\bAKIA\w+"),
        (" UUID ", "kms", r"(?<=key/)[0-9a-f-]{36}"),
    ):
        if shown in script:
            found = re.search(pattern, (folder / file).read_text("utf-8"))
            assert found is not None, f"no {shown} was made"
            script = script.replace(shown, f" {found[0]} " if shown != "AKIA…" else found[0])
    return script


def shell(
    script: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def test_a_command_that_fails_is_noticed(tmp_path: Path) -> None:
    block = Block("docs/x.md", 1, "sh", "", "false\ntrue\n")
    assert shell(f"set -e\n{block.text}", tmp_path, {"PATH": os.environ["PATH"]}).returncode == 1
