"""Which listing cleaning up reads, how it goes on where one is refused, and what it says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from conformance.clients.base import Answer, Client
from conformance.run import cleanup
from conformance.run.cleanup import Remover, folders_of, leads_out


class Told:
    """A client whose answers are made up: a status by operation; listings name what is there."""

    def __init__(self, keys: list[str], **statuses: int) -> None:
        self.keys = keys
        self.statuses = statuses
        self.asked: list[str] = []

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        self.asked.append(operation)
        status = self.statuses.get(operation, 200)
        answer = Answer(operation, "raw", status=status, succeeded=status == 200)
        if status == 200 and operation.startswith("ListObjects"):
            answer.parsed = {"Contents": [{"Key": key} for key in self.keys]}
        if status == 200 and operation == "DeleteObjects":
            named = [one["Key"] for one in parameters["Delete"]["Objects"]]
            self.keys = [key for key in self.keys if key not in named]
            answer.parsed = {"Deleted": [{"Key": key} for key in named]}
        if operation == "DeleteObject":
            self.keys = [key for key in self.keys if key != parameters["Key"]]
        return answer


def removing(told: Told, *without: str) -> Remover:
    return Remover(cast(Client, told), claimed=lambda operation: operation not in without)


@pytest.mark.parametrize(
    ("statuses", "without", "asked"),
    [
        ({}, (), ["ListObjectsV2"]),
        ({}, ("ListObjectsV2",), ["ListObjects"]),
        ({"ListObjectsV2": 400}, (), ["ListObjectsV2", "ListObjects"]),
        ({"ListObjectsV2": 501}, (), ["ListObjectsV2", "ListObjects"]),
        ({"ListObjects": 400}, ("ListObjectsV2",), ["ListObjects"]),
    ],
)
def test_the_older_listing_is_read_where_the_newer_is_refused(
    statuses: dict[str, int], without: tuple[str, ...], asked: list[str]
) -> None:
    told = Told([], **statuses)

    assert removing(told, *without)._delete_objects("b") == []
    assert told.asked == asked


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (0, {"ListObjects": "ListObjects answered nothing"}),
        (403, {}),
        (499, {}),
        (500, {"ListObjects": "ListObjects answered 500"}),
        (501, {}),
        (503, {"ListObjects": "ListObjects answered 503"}),
    ],
)
def test_a_listing_that_stumbles_is_said(
    status: int, said: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "patiently", lambda ask: ask())
    remover = removing(Told([], ListObjects=status), "ListObjectsV2")

    remover._delete_objects("b")

    assert remover._listings == said


@pytest.mark.parametrize(
    ("keys", "without", "deleting"),
    [
        (["a"], (), ["DeleteObject"]),  # one by one request
        (["a", "b"], (), ["DeleteObjects"]),
        (["a", "b"], ("DeleteObjects",), ["DeleteObject", "DeleteObject"]),
    ],
)
def test_several_are_deleted_together_where_that_is_claimed(
    keys: list[str], without: tuple[str, ...], deleting: list[str]
) -> None:
    told = Told(keys)

    assert removing(told, *without)._delete_objects("b") == []
    assert [name for name in told.asked if name.startswith("Delete")] == deleting


def test_what_together_does_not_delete_is_deleted_one_by_one() -> None:
    told = Told(["a", "b"], DeleteObjects=500)

    assert removing(told)._delete_objects("b") == []
    assert told.asked.count("DeleteObject") == 2


@pytest.mark.parametrize(
    ("key", "out"),
    [("a/../b", True), ("..", True), ("a\\..\\b", True), ("./a", True), ("a..b/.c", False)],
)
def test_a_key_that_leads_out_of_its_bucket(key: str, out: bool) -> None:
    assert leads_out(key) is out


def test_folders_are_named_deepest_first() -> None:
    assert folders_of(["a/b/c", "/x", "d/e", "f"]) == ["a/b/", "a/", "d/"]
