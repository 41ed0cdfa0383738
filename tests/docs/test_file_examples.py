"""The examples of files and programs in the documentation: each is taken by what reads it."""

from __future__ import annotations

import ast
import fnmatch
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError

import matrix
from conformance.clients.base import Answer
from conformance.endpoint.endpoint import Endpoint
from conformance.endpoint.target import read_targets
from conformance.gate import read_baseline
from conformance.trial import Trial
from conformance.trial.expect import Expect
from conformance.trial.given import Given
from conformance.trial.kept import Kept
from conformance.trial.party import Party
from s3compat import S3Server
from tests.docs.blocks import PAGES, REPOSITORY, Block, blocks, command_lines
from tests.docs.claims import claim_of
from tests.docs.said import wrong

EVERY = [block for page in PAGES for block in blocks(page)]


def each(test: Callable[..., None]) -> Callable[..., None]:
    """Run the test for each block that is claimed by it."""
    here = [
        block
        for block in EVERY
        if (claim := claim_of(block)) and claim.by.endswith(f"::{test.__name__}")
    ]
    assert here, test.__name__
    return pytest.mark.parametrize("block", here, ids=lambda one: one.place)(test)


@each
def test_a_file_is_taken_by_its_loader(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "file.toml"
    text = block.text.replace("https://…", "https://example.com")
    file.write_text(text, encoding="utf-8")
    if "[[endpoint]]" in text:
        assert len(read_targets(file)) == text.count("[[endpoint]]")
    elif "[[row]]" in text:
        (row,) = matrix.read_rows(file)
        assert row.spec.startswith("https://docs.aws.amazon.com/")
    else:
        head = 'name = "x"\ntitle = "X"\nsource = "https://example.com"\n'
        for row in set(re.findall(r"^\[\[?claims\.([a-z0-9-]+)", text, re.MULTILINE)):
            assert row in matrix.load_matrix().rows
            if f"[claims.{row}]\n" not in text:
                head += f'[claims.{row}]\nsupport = "supported"\n'
        file.write_text(text if 'name = "' in text else head + text, encoding="utf-8")
        assert matrix.load_profile(file).claims


@each
def test_a_baseline_is_taken(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    head = '"endpoint": "x", "profile": "aws", "written": "2026-11-27", "entries": []'
    file.write_text(f"{{{head}, {block.text}}}", encoding="utf-8")
    assert read_baseline(file).causes


@each
def test_python_runs(block: Block, tmp_path: Path) -> None:
    (tmp_path / "tests" / "data").mkdir(parents=True)
    (tmp_path / "tests" / "data" / "a").write_bytes(b"1")
    if "run.jsonl" in block.text:
        made = subprocess.run(
            [
                *(sys.executable, "-m", "s3compat", "run", "--workers", "0", "--out", "."),
                *("--clients", "raw", "--check", "put-object.answer_has_a_request_id"),
            ],
            cwd=tmp_path,
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr
    command = [sys.executable, "-c", block.text]
    if "\ndef test_" in block.text:
        (tmp_path / "test_of_the_page.py").write_text(block.text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "test_of_the_page.py"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@each
def test_a_workflow_runs_commands_that_there_are(block: Block, pytestconfig: pytest.Config) -> None:
    steps = [step for job in yaml.safe_load(block.text)["jobs"].values() for step in job["steps"]]
    commands = [
        words for step in steps for words in command_lines(step.get("run", ""), ("s3compat",))
    ]
    assert {words[1] for words in commands} >= {"run"}
    assert [found for words in commands if (found := wrong(words, pytestconfig))] == []
    for step in steps:
        script = step.get("run", "")
        syntax = re.sub(
            r"\$\{\{.*?\}\}", "x", script
        )  # what GitHub puts in before the shell reads it
        subprocess.run(["bash", "-n", "-c", syntax], check=True, timeout=30)


@each
def test_the_lines_of_the_protocol_are_those_of_a_program(block: Block) -> None:
    documents = [json.loads(one) for one in re.split(r"\n(?=\{)", block.text.strip())]
    if "endpoint" in documents[0]:
        source = (REPOSITORY / "conformance" / "clients" / "sdk_program.py").read_text("utf-8")
        told = _keys(source, documents[0].keys())
        assert documents[0].keys() == told
    for one in documents:
        assert "endpoint" in one or one.keys() <= {"ok", "version", "error", "refused", "network"}


def _keys(source: str, wanted: Any) -> set[str]:
    """The keys of the dictionary in a module that is most like this one."""
    found = [
        {key.value for key in node.keys if isinstance(key, ast.Constant)}
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Dict)
    ]
    return max(found, key=lambda keys: len(keys & set(wanted)), default=set())


@each
def test_the_policy_is_enough(block: Block) -> None:
    """The bucket policy half of it, held to by the server: its own names, and no other."""
    policy = json.loads(block.text)
    ours, listing = policy["Statement"]
    assert ours["Action"] == "s3:*"
    assert listing["Action"] == "s3:ListAllMyBuckets"
    names = [one.removeprefix("arn:aws:s3:::") for one in ours["Resource"]]
    for name, allowed in (
        ("s3compat-261127-ab-gw0-1", True),
        ("s3compat-261127-ab-gw0-1/key", True),
        ("mine", False),
        ("mine/s3compat-x", False),
    ):
        assert any(fnmatch.fnmatchcase(name, pattern) for pattern in names) is allowed
    with S3Server(buckets=["s3compat-x"]) as server:
        other = server.add_account("other")
        client = boto3.client("s3", **server.kwargs_for(other))
        with pytest.raises(ClientError, match="AccessDenied"):
            client.list_objects_v2(Bucket="s3compat-x")
        granted = {
            **ours,
            "Principal": {"AWS": other.account.account_id},
            "Resource": ["arn:aws:s3:::s3compat-x", "arn:aws:s3:::s3compat-x/*"],
        }
        server.client().put_bucket_policy(
            Bucket="s3compat-x",
            Policy=json.dumps({"Version": policy["Version"], "Statement": [granted]}),
        )
        assert client.list_objects_v2(Bucket="s3compat-x")["KeyCount"] == 0


@each
def test_what_a_listing_names_is_there(block: Block) -> None:
    if block.language == "python":
        ast.parse(block.text.replace("[…]", "[]"))
    names = set(re.findall(r"^(?: {2}|)?((?:[a-z_]+)(?:/|\.py))", block.text, re.MULTILINE))
    steps = set(re.findall(r"\bt\.([a-z_.]+)\(?", block.text))
    called = set(re.findall(r"\bmatrix\.([a-z_]+)\(", block.text))
    answered = set(re.findall(r"\bgot\.([a-z_]+)\(", block.text))
    for name in names:
        assert _somewhere(name.rstrip("/")), name
    for step in steps:
        _step(step)
    for name in called:
        assert callable(getattr(matrix, name)), name
    for name in answered:
        assert callable(getattr(Answer, name)), name
    assert names or steps or called or "→" in block.text


_KINDS = {
    "expect": Expect,
    "wording": Expect,
    "given": Given,
    "kept": Kept,
    "endpoint": Endpoint,
} | dict.fromkeys(("own", "other", "anonymous"), Party)


def _step(written: str) -> None:
    """`expect.wording.header` is an attribute of what a Trial has under these names."""
    kind: type = Trial
    for name in written.strip(".").split("."):
        assert hasattr(kind, name) or f"self.{name}" in inspect.getsource(kind), written
        kind = _KINDS.get(name, kind)


def _somewhere(name: str) -> bool:
    return any(
        next((REPOSITORY / room).rglob(name), None) or (REPOSITORY / room).name == name
        for room in ("matrix", "conformance", "reports", "server_ref", "s3compat")
    )
