"""Every example of the documentation is tried, or says why not; what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, REPOSITORY, Block, blocks, blocks_of, command_lines, spans
from tests.docs.claims import CANNOT, CLAIMS, claim_of
from tests.docs.said import NAMES, wrong

EVERY = [block for page in PAGES for block in blocks(page)]
SHELL = ("sh", "console")
OPTION = re.compile(r"--[a-z][a-z0-9-]*")


HISTORY = "CHANGELOG.md"  # its sentences tell of what was, too


def each_page(*, but: str = "") -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "page",
        [page for page in PAGES if page.name != but],
        ids=lambda page: page.relative_to(REPOSITORY).as_posix(),
    )


@each_page()
def test_every_block_is_claimed(page: Path) -> None:
    unclaimed = [block.place for block in blocks(page) if claim_of(block) is None]
    assert not unclaimed, "nobody tries these: add a runner, or a reason, to tests/docs/claims.py"


def test_every_claim_has_blocks_and_a_test_that_there_is() -> None:
    used = {id(claim_of(block)) for block in EVERY}
    for claim in CLAIMS:
        assert id(claim) in used, f"no block is left for {claim}"
        if not claim.by.startswith(CANNOT):
            file, _, name = claim.by.partition("::")
            text = (REPOSITORY / file).read_text("utf-8")
            assert f"\ndef {name}(" in text if name else "readme-command" in text, claim.by


@each_page()
def test_every_command_of_a_block_is_one_that_there_is(
    page: Path, pytestconfig: pytest.Config
) -> None:
    problems = []
    for block in blocks(page):
        if (
            block.language in SHELL and block.mark != "try"
        ):  # those have names of their own, and run
            script = block.text
            if block.language == "console":
                script = "\n".join(re.findall(r"^\$ ((?:.*\\\n)*.*)$", script, re.MULTILINE))
            for words in command_lines(script, NAMES):
                if problem := wrong(words, pytestconfig):
                    problems.append(f"{block.place}: {' '.join(words)}: {problem}")
    assert not problems, "\n".join(problems)


@each_page(but=HISTORY)
def test_every_command_in_a_sentence_is_one_that_there_is(
    page: Path, pytestconfig: pytest.Config
) -> None:
    problems = []
    for line, span in spans(page.read_text("utf-8")):
        if span.partition(" ")[0].rpartition("/")[2] in NAMES:
            for words in command_lines(span.replace("\\|", "|"), NAMES):
                if problem := wrong(words, pytestconfig, whole=False):
                    problems.append(f"{page.name}:{line}: {span}: {problem}")
    assert not problems, "\n".join(problems)


def test_a_block_that_nobody_claims_is_found() -> None:
    text = "# A\n\n```ruby\nputs 1\n```\n\nSo:\n\n    s3compat run\n\n- a list\n\n    of two\n"
    found = list(blocks_of(text, "docs/x.md"))
    assert [(block.line, block.language) for block in found] == [(3, "ruby"), (9, "indented")]
    assert [claim_of(block) for block in found] == [None, None]
    assert claim_of(Block("docs/x.md", 1, "sh", "", "ls\n")) is not None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("s3compat run --rows put-objekt", "put-objekt"),
        ("s3compat run --clients botto3", "botto3"),
        ("s3compat run --check put-object.there_is_none", "there_is_none"),
        ("s3compat run --deviation no-such-fault", "no-such-fault"),
        ("s3compat run --server mota", "mota"),
        ("s3compat run --endpont URL", "--endpont"),
        ("s3compat gate", "required"),
        ("s3compat shine", "shine"),
        ("s3compat schema endpoint", "endpoint"),
        ("tox -e matrix-of-none", "matrix-of-none"),
        ("tox -e matrix-current -- --endpont URL", "--endpont"),
        ("pytest --s3-endpont URL", "--s3-endpont"),
        ("for x in a; do .venv/bin/s3compat run --colour >a || exit; done", "--colour"),
    ],
)
def test_a_command_that_cannot_be_is_found(
    line: str, problem: str, pytestconfig: pytest.Config
) -> None:
    (words,) = command_lines(line, NAMES)
    found = wrong(words, pytestconfig)
    assert found is not None
    assert problem in found
