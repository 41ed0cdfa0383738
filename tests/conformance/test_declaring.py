"""What `@check` takes and refuses, and that profiles and rows are held to the checks there are."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

import matrix
from conformance.trial.check import (
    DATA_LOSS,
    OTHER_ACCOUNT,
    Check,
    CheckError,
    check,
    discover,
    hold_rows_to_checks,
    hold_to_checks,
)

module = importlib.import_module("conformance.trial.check")  # its package has a function so called


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, Check]:
    """A registry that the suite's own checks are not in."""
    discover()  # a module of checks is imported once, and declares its own then
    own: dict[str, Check] = {}
    monkeypatch.setattr(module, "_registry", own)
    return own


def declared(function: Callable[..., None], **words: Any) -> Check:
    check("some-row", **words)(function)
    found: Check = module._registry[f"some-row.{function.__name__}"]
    return found


def reads(_: Any) -> None:
    """It is read.

    Because it
    is there.
    """


def test_a_check_is_what_its_declaration_and_docstring_say() -> None:
    made = declared(reads, proved_by=["a", "b"], only=["raw"], spec="https://x", requests=7)

    assert (made.id, made.row, made.source) == ("some-row.reads", "some-row", __name__)
    assert (made.title, made.explanation) == ("It is read.", "Because it\nis there.")
    assert (made.proved_by, made.only, made.spec) == (("a", "b"), ("raw",), "https://x")
    assert (made.level, made.verified, made.severity) == (None, "documented", "")
    assert (made.needs, made.requests) == ("", 7)
    assert made.function is reads


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ({}, None),
        ({"level": "may"}, "may"),
        ({"verified": "reported"}, "should"),
        ({"verified": "reported", "level": "may"}, "may"),
        ({"verified": "observed"}, None),
    ],
)
def test_what_is_reported_only_is_no_must(words: dict[str, Any], level: str | None) -> None:
    assert declared(reads, **words).level == level


@pytest.mark.parametrize("words", [{"severity": DATA_LOSS}, {"needs": OTHER_ACCOUNT}])
def test_severity_and_needs(words: dict[str, str]) -> None:
    made = declared(reads, **words)
    assert {"severity": made.severity, "needs": made.needs} == {
        "severity": "",
        "needs": "",
        **words,
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"severity": "bad"}, "severity is 'data loss' or nothing"),
        ({"severity": DATA_LOSS, "verified": "observed"}, "always scored"),
        ({"needs": "luck"}, "not 'luck'"),
        ({"verified": "reported", "level": "must"}, "is of level should, or may"),
    ],
)
def test_a_declaration_that_cannot_be(words: dict[str, Any], said: str) -> None:
    with pytest.raises(CheckError, match=r"some-row\.reads: ") as refused:
        declared(reads, **words)
    assert said in str(refused.value)
    assert module._registry == {}


def test_without_a_docstring_there_is_nothing_to_show() -> None:
    def mute(_: Any) -> None:
        pass

    with pytest.raises(CheckError, match="write one"):
        declared(mute)


def test_an_id_is_taken_once() -> None:
    def reads_again(_: Any) -> None:
        """Another."""

    declared(reads)
    declared(reads)  # a module that is imported under two names
    reads_again.__name__ = "reads"
    with pytest.raises(CheckError, match="two checks have this id"):
        declared(reads_again)


def test_they_come_by_name(registry: dict[str, Check]) -> None:
    def before(_: Any) -> None:
        """It comes first."""

    declared(reads)
    declared(before)
    assert list(registry) == ["some-row.reads", "some-row.before"]
    assert list(discover()) == ["some-row.before", "some-row.reads"]


CHECKS = {"get-object.reads": None, "get-object.writes": None}


def profile(**members: Any) -> matrix.Profile:
    return msgspec.structs.replace(matrix.load_profile("aws"), name="mine", **members)


def declaring(name: str | None) -> dict[str, Any]:
    said = matrix.Declared(check=name, status=404, words="w", cite="https://x")
    return {"get-object": matrix.Claim(support="supported", words="", cite="", declared=(said,))}


@pytest.mark.parametrize("name", ["reads", None])
def test_a_profile_speaks_of_checks_there_are(name: str | None) -> None:
    hold_to_checks(profile(claims=declaring(name)), CHECKS)


def test_a_profile_that_speaks_of_another_is_refused() -> None:
    with pytest.raises(matrix.MatrixError, match=r"did you mean 'get-object\.reads'") as refused:
        hold_to_checks(profile(claims=declaring("read")), CHECKS)
    assert "profile mine: claims.get-object.declared" in str(refused.value)


@pytest.mark.parametrize(("pattern", "fine"), [("get-object.r*", True), ("put-object.*", False)])
def test_a_sentence_is_shown_by_checks_there_are(pattern: str, fine: bool) -> None:
    said = matrix.Says(words="It reads.", cite="https://x", shown_by=(pattern,))
    if fine:
        hold_to_checks(profile(says=(said,)), CHECKS)
        return
    with pytest.raises(matrix.MatrixError, match=r"profile mine: says 'It reads\.'"):
        hold_to_checks(profile(says=(said,)), CHECKS)


def test_a_row_without_a_check_is_refused() -> None:
    made = {"some-row.reads": declared(reads)}
    hold_rows_to_checks(["some-row"], made)
    hold_rows_to_checks([], made)
    with pytest.raises(matrix.MatrixError, match="no check tries a-row, b-row; write one"):
        hold_rows_to_checks(["b-row", "some-row", "a-row"], made)
