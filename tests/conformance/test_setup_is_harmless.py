"""Checks relax ownership and public access blocks by the steps that do without them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import conformance.checks
from conformance.checks import given_policies
from conformance.clients.base import Answer
from conformance.trial.given import SetupError
from matrix import load_matrix
from tests.conformance.fakes import FakeClient, answer
from tests.conformance.test_trial import trial

# The setting, and the modules whose rows are about it: there it is the thing that is tried.
OF_THE_ROW = {
    "DeletePublicAccessBlock": {"public_access_block", "data_safety"},
    "PutPublicAccessBlock": {"public_access_block", "public_acls"},
    "PutBucketOwnershipControls": {"bucket_ownership"},
    "DeleteBucketOwnershipControls": {"bucket_ownership"},
}


def direct(source: str, module: str) -> Iterator[str]:
    """The calls of setup in ``source`` that set one of them, and go no further if refused."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if ".given" not in ast.unparse(node.func):
            continue
        named = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
        if module not in OF_THE_ROW.get(named, {module}):
            yield f"{module}:{node.lineno} {named}"
        if any(keyword.arg == "ObjectOwnership" for keyword in node.keywords):
            yield f"{module}:{node.lineno} ObjectOwnership"


def test_no_check_sets_them_directly() -> None:
    folder = Path(conformance.checks.__path__[0])
    modules = sorted(folder.rglob("*.py"))
    assert len(modules) > 40
    assert [one for path in modules for one in direct(path.read_text(), path.stem)] == []


def test_what_is_looked_for_is_found() -> None:
    said = """
t.given.call("DeletePublicAccessBlock", Bucket=b)
t.other.given.bucket(ObjectOwnership="ObjectWriter")
t.given.opened(b)
"""
    assert list(direct(said, "acl")) == ["acl:2 DeletePublicAccessBlock", "acl:3 ObjectOwnership"]
    assert list(direct(said.partition("t.other")[0], "public_access_block")) == []


@pytest.mark.parametrize("status", [0, 500, 502, 503])
def test_a_server_that_fails_is_said(status: int) -> None:
    """A 5xx is no refusal of the step: the check is blocked by it, and says so."""
    for relax in (
        lambda t: t.given.opened("b"),
        lambda t: t.given.bucket_owned("ObjectWriter"),
        lambda t: t.given.bucket_with_acls(),
    ):
        failing = FakeClient([answer(status, "InternalError", lost=not status, method="POST")])
        with pytest.raises(SetupError, match=r"no answer|answered 50\d") as raised:
            relax(trial(FakeClient([answer(200)]), failing))
        assert raised.value.answer is not None


def test_a_block_that_may_not_be_taken_away_is_no_trouble() -> None:
    setup = FakeClient([answer(200), answer(403, "AccessDenied")])
    trial(FakeClient([answer(200)]), setup).given.opened("b")
    assert [name for name, _ in setup.asked] == ["GetPublicAccessBlock", "DeletePublicAccessBlock"]


def test_a_block_of_nothing_stays() -> None:
    nothing = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False}}
    setup = FakeClient([answer(200, members=nothing)])
    trial(FakeClient([answer(200)]), setup).given.opened("b")
    assert [name for name, _ in setup.asked] == ["GetPublicAccessBlock"]


@pytest.mark.parametrize("ownership", ["ObjectWriter", "BucketOwnerEnforced"])
def test_a_server_without_ownership_has_the_bucket_all_the_same(ownership: str) -> None:
    setup = FakeClient([answer(501, "NotImplemented"), answer(200)])
    assert trial(FakeClient([answer(200)]), setup).given.bucket_owned(ownership)
    assert [sorted(members) for _, members in setup.asked] == [
        ["Bucket", "ObjectOwnership"],
        ["Bucket"],
    ]


class TestLock:
    """A bucket with object lock, where CreateBucket does not hear of it."""

    def made(self, *answers: Answer) -> list[str]:
        setup = FakeClient([answer(501, "NotImplemented"), answer(200), *answers])
        try:
            trial(FakeClient([answer(200)]), setup).given.locked_bucket()
        finally:
            self.asked = [name for name, _ in setup.asked]
        return self.asked

    def test_it_is_enabled_by_its_own_operation(self) -> None:
        assert self.made(answer(200), answer(200)) == [
            "CreateBucket",
            "CreateBucket",
            "PutBucketVersioning",
            "PutObjectLockConfiguration",
        ]

    def test_where_that_is_refused_it_is_the_row_that_fails(self) -> None:
        """An operation of the row itself: no cell is blocked for what the row is about."""
        with pytest.raises(SetupError) as raised:
            self.made(answer(501, "NotImplemented"), answer(501, "NotImplemented"))
        assert raised.value.answer is not None
        operation = raised.value.answer.operation
        assert operation == "PutObjectLockConfiguration"
        assert operation in load_matrix().rows["retention"].operations


def test_a_policy_needs_no_ownership() -> None:
    setup = FakeClient([answer(400, "InvalidArgument"), answer(200)])
    t = trial(FakeClient([answer(200)]), setup)
    given_policies.given_denial(t, "s3:PutObject", {}, ownership="ObjectWriter")
    assert [name for name, _ in setup.asked] == ["CreateBucket", "CreateBucket", "PutBucketPolicy"]
