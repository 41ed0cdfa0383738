"""What depends on where AIStore puts objects: folders hide names, and names are in the way."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests
from defusedxml import ElementTree

from server_ref.aistore.folders import placing
from server_ref.server import S3Server
from tests.server.aistore.conftest import Ask

NS = "{http://s3.amazonaws.com/doc/2006-03-01}"
LIST_ALL = "Do-not-Optimize-Listing-Virtual-Dirs"


def _keys(answer: requests.Response) -> list[str | None]:
    root = ElementTree.fromstring(answer.content)
    return [one.findtext(f"{NS}Key") for one in root.iter(f"{NS}Contents")]


def _code(answer: requests.Response) -> str | None:
    return ElementTree.fromstring(answer.content).findtext("Code")


@pytest.fixture(scope="module")
def three() -> Iterator[S3Server]:
    with S3Server(
        behaviour="aistore", features=["S3-Reverse-Proxy"], targets=3, durability="relaxed"
    ) as server:
        yield server


def _number(bucket: str, key: str) -> int:
    class Named:
        name = bucket

    return placing(Named(), 3)(key)


def test_a_folder_of_the_prefix_hides_what_only_begins_with_it(ask: Ask, bucket: str) -> None:
    for key in ("app/x", "app/y/z", "apple", "other"):
        ask("PUT", f"/{bucket}/{key}", data=b"x")

    assert _keys(ask("GET", f"/{bucket}?prefix=app")) == ["app/x", "app/y/z"]
    assert _keys(ask("GET", f"/{bucket}?list-type=2&prefix=app/y")) == ["app/y/z"]
    assert _keys(ask("GET", f"/{bucket}?prefix=ap")) == ["app/x", "app/y/z", "apple"]
    assert _keys(ask("GET", f"/{bucket}?prefix=appl")) == ["apple"]


def test_of_several_targets_those_with_the_folder_hide_theirs(three: S3Server) -> None:
    requests.put(f"{three.url}/bck", timeout=30)
    keys = [f"apple-{number}" for number in range(12)]
    for key in ("app/x", *keys):
        assert requests.put(f"{three.url}/bck/{key}", data=b"x", timeout=30).ok

    listed = _keys(requests.get(f"{three.url}/bck?prefix=app", timeout=30))

    own = _number("bck", "app/x")
    assert listed == ["app/x", *sorted(key for key in keys if _number("bck", key) != own)]
    assert 1 < len(listed) < 13


def test_the_feature_lists_them_all() -> None:
    with S3Server(
        behaviour="aistore", features=["S3-Reverse-Proxy", LIST_ALL], durability="relaxed"
    ) as server:
        requests.put(f"{server.url}/bck", timeout=30)
        for key in ("app/x", "apple"):
            requests.put(f"{server.url}/bck/{key}", data=b"x", timeout=30)
        assert _keys(requests.get(f"{server.url}/bck?prefix=app", timeout=30)) == ["app/x", "apple"]


def test_a_key_that_is_a_folder_is_refused(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/a/b", data=b"x")

    answer = ask("PUT", f"/{bucket}/a", data=b"x")

    assert (answer.status_code, _code(answer)) == (400, "ErrMv")


def test_only_what_is_on_the_same_target_is_in_the_way(three: S3Server) -> None:
    requests.put(f"{three.url}/way", timeout=30)
    assert requests.put(f"{three.url}/way/top", data=b"x", timeout=30).ok

    answers = {
        key: requests.put(f"{three.url}/way/{key}", data=b"x", timeout=30)
        for key in (f"top/{number}" for number in range(9))
    }

    own = _number("way", "top")
    for key, answer in answers.items():
        assert answer.status_code == (400 if _number("way", key) == own else 200), key
    assert {answer.status_code for answer in answers.values()} == {200, 400}


def test_an_escaped_source_is_looked_for_on_the_target_of_its_escaped_name(
    three: S3Server, ask: Ask, bucket: str
) -> None:
    requests.put(f"{three.url}/esc", timeout=30)
    statuses = set()
    for number in range(9):
        key = f"a ü{number}"
        sent = quote(key)
        assert requests.put(f"{three.url}/esc/{sent}", data=b"x", timeout=30).ok
        answer = requests.put(
            f"{three.url}/esc/copy", headers={"x-amz-copy-source": f"/esc/{sent}"}, timeout=30
        )
        there = _number("esc", key) == _number("esc", sent)
        assert answer.status_code == (200 if there else 400), key
        if not there:
            assert _code(answer) == "ErrNotFound"
        statuses.add(answer.status_code)
    assert statuses == {200, 400}
    ask("PUT", f"/{bucket}/a%20b", data=b"x")  # with one target it is always found
    one = ask("PUT", f"/{bucket}/copy", headers={"x-amz-copy-source": f"/{bucket}/a%20b"})
    assert one.status_code == 200
