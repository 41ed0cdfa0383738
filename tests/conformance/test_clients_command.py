"""`s3compat clients`, words for several clients, and that an installation is whole or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.clients import discover
from conformance.clients.cache import cache_folder
from conformance.clients.fetching import Fetch, FetchError, fetched_by
from conformance.roster import PRODUCT, client_classes, families, named, usual_clients
from s3compat.cli import main
from s3compat.commands import clients as clients_command
from tests.conformance.fakes import make_check


def test_the_list_tells_every_client(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clients", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == set(discover())
    for name, one in told.items():
        assert one["rows"] > 0, name
        assert (one["version"] is None) == (one["missing"] is not None), name
        assert one["from"], name
        assert one["family"] != "others", f"{name}: its family stands in no report"


def test_what_is_not_there_is_told_with_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path / "cache"))
    assert main(["clients", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (
        "s3compat clients install js" in told["js"]["missing"]
        or "install Node" in (told["js"]["missing"])
    )
    assert not (tmp_path / "cache" / "js").exists()


def test_words_mean_several_clients() -> None:
    assert named(["usual"]) == usual_clients()
    assert named(["usual", "raw", "boto3"]) == usual_clients()
    everything = set(named(["all"]))
    assert set(usual_clients()) <= everything
    assert PRODUCT not in {client_classes()[name].family for name in everything}
    assert "boto3" in named(["sdks"]) and "s3cmd" not in named(["sdks"])
    assert "s3cmd" in named(["tools"]) and "boto3" not in named(["tools"])
    assert named(["nonesuch", "tensorflow"]) == ("nonesuch", "pyarrow")
    assert families(["boto3", "nonesuch"]) == {"boto3": "Python"}


def test_an_unknown_client_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clients", "install", "nonesuch"]) == 2
    assert "there are ais, aws-s3" in capsys.readouterr().err


def test_one_that_pip_brings_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clients", "install", "boto3"]) == 4
    assert "pip install" in capsys.readouterr().err


def test_a_fetch_that_fails_leaves_the_last_one(tmp_path: Path) -> None:
    place = tmp_path / "cache" / "thing"

    def whole(fresh: Path) -> None:
        (fresh / "program").write_text("one")

    def half(fresh: Path) -> None:
        (fresh / "program").write_text("half of two")
        fetched_by(["false"], folder=fresh)

    Fetch("a thing", place, whole).run()
    with pytest.raises(FetchError, match="false ended with 1"):
        Fetch("a thing", place, half).run()
    assert (place / "program").read_text() == "one"
    assert [path.name for path in place.parent.iterdir()] == ["thing"]
    Fetch("a thing", place, lambda fresh: (fresh / "new").touch() or None).run()
    assert [path.name for path in place.iterdir()] == ["new"]


def test_the_cache_is_where_one_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("S3COMPAT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "s3compat"


def test_the_rows_of_a_client_are_those_with_a_check_that_it_can_send(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = {
        "a": make_check(print, row="head-object"),
        "b": make_check(print, row="head-object"),
        "c": make_check(print, row="cors", only=("boto3",)),
        "d": make_check(print, row="post-object", only=("raw",)),
    }
    monkeypatch.setattr(clients_command, "discover", lambda: checks)

    assert main(["clients", "--json"]) == 0

    told = {name: one["rows"] for name, one in json.loads(capsys.readouterr().out).items()}
    assert (told["raw"], told["boto3"], told["s3cmd"]) == (2, 2, 1)
