"""Known servers as targets: named with their version, started when it is their turn."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.endpoint.target import Target, TargetError
from matrix import MatrixError, load_server
from s3compat.servers import targets
from s3compat.servers.installing import Got
from s3compat.servers.targets import is_known_server, serving, targets_of, to_do
from tests.servers.conftest import fake
from tests.servers.test_serving import status, wait_until_it_answers


def test_each_is_a_target_in_its_order() -> None:
    moto, rclone = targets_of(["moto", "rclone"], [], None, "new")

    known = load_server("moto")
    assert (moto.label, moto.url, moto.region) == (known.title, "http://127.0.0.1", known.region)
    assert (moto.profile, moto.generation) == (known.profile, "new")
    assert moto.server["version"] == known.version
    assert moto.server["source"] == known.source
    assert known.version in moto.server["package"]
    assert rclone.server["name"] == "rclone"
    assert rclone.profile == load_server("rclone").profile
    assert is_known_server(moto)
    assert not is_known_server(Target(url="http://127.0.0.1"))


def test_a_profile_replaces_what_they_are_known_to_claim() -> None:
    (moto,) = targets_of(["moto"], [], "aws", "")
    assert moto.profile == "aws"


@pytest.mark.parametrize(
    ("names", "given", "versions"),
    [
        (["moto"], ["5.0.1"], ["5.0.1"]),
        (["moto"], ["moto=5.0.1-rc_1+b"], ["5.0.1-rc_1+b"]),
        (["moto", "rclone"], ["rclone=1.2"], [None, "1.2"]),
        (["moto", "rclone"], ["moto=1", "rclone=2"], ["1", "2"]),
    ],
)
def test_a_version_is_of_one_server(
    names: list[str], given: list[str], versions: list[str | None]
) -> None:
    made = targets_of(names, given, None, "")

    assert [one.server["version"] for one in made] == [
        version or load_server(name).version for name, version in zip(names, versions, strict=True)
    ]
    for name, version, one in zip(names, versions, made, strict=True):
        if version:
            assert version in one.server["package"], name


@pytest.mark.parametrize(
    ("names", "given", "wrong"),
    [
        (["moto", "rclone"], "5.0.1", "expected NAME=VERSION"),  # of which?
        (["moto"], "rclone=1.2", "expected NAME=VERSION"),
        (["moto"], "moto=", "expected NAME=VERSION"),
        (["moto"], "", "expected NAME=VERSION"),
        ([], "1.2", "expected NAME=VERSION"),
        (["moto"], "moto=1;rm -rf", "'1;rm -rf' is no version"),
        (["moto"], "1 2", "'1 2' is no version"),
    ],
)
def test_a_version_of_none_or_that_is_none_is_refused(
    names: list[str], given: str, wrong: str
) -> None:
    with pytest.raises(TargetError, match="--server-version") as problem:
        targets_of(names, [given], None, "")
    assert wrong in str(problem.value)
    assert repr(given) in str(problem.value)


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(MatrixError, match="did you mean 'moto'"):
        targets_of(["motto"], [], None, "")


def test_it_is_said_what_getting_it_would_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path))
    (moto,) = targets_of(["moto"], ["5.0.1"], None, "")
    assert "5.0.1 is not installed yet: " in to_do(moto)
    assert str(tmp_path) in to_do(moto)


def test_one_that_is_no_known_server_is_given_back(tmp_path: Path) -> None:
    told: list[str] = []
    given = Target(url="http://127.0.0.1:9")
    with serving(given, tmp_path, told.append) as target:
        assert target is given
    assert told == []


@pytest.fixture
def known(install: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """The fake server as a target; getting it took 3 seconds."""
    server = fake(version="1.0", restart=True)
    monkeypatch.setattr(targets, "load_server", lambda _name: server)
    monkeypatch.setattr(targets, "get", lambda _server, _tell: Got(install, 3.2))
    (target,) = targets_of(["fake"], [], None, "")
    return target


def test_it_runs_with_its_keys_for_as_long_as_it_is_wanted(known: Target, tmp_path: Path) -> None:
    told: list[str] = []
    with serving(known, tmp_path, told.append) as target:
        assert status(target.url) == 403
        assert target.url.startswith("http://127.0.0.1:")
        assert target.label == "Fake"
        assert os.environ["S3COMPAT_SERVER_ACCESS_KEY_ID"] == "fake-access"
        assert os.environ["S3COMPAT_SERVER_SECRET_ACCESS_KEY"] == "fake-secret"
        assert target.credentials_env == "S3COMPAT_SERVER_"
    assert not [name for name in os.environ if name.startswith("S3COMPAT_SERVER_")]
    assert told == ["Fake: installed in 3 s"]
    assert "begins as well" in (tmp_path / "server.log").read_text("utf-8")


def test_its_keys_go_with_it_where_the_run_breaks_off(known: Target, tmp_path: Path) -> None:
    with pytest.raises(KeyError), serving(known, tmp_path, lambda _text: None):
        raise KeyError
    assert not [name for name in os.environ if name.startswith("S3COMPAT_SERVER_")]


def test_that_it_was_started_again_is_told(
    known: Target, install: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "get", lambda _server, _tell: Got(install, 0.0))
    told: list[str] = []
    with serving(known, tmp_path, told.append) as target:
        with pytest.raises(OSError):
            status(f"{target.url}/die")
        wait_until_it_answers(target.url)
    (said,) = told  # nothing of getting it: it was there
    assert said.startswith("Fake ended or hung 1 time during the run and was started again")
    assert str(tmp_path / "server.log") in said
