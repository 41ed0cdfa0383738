"""Which endpoints the options of a run name, what excludes what, and what chooses one again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.endpoint.target import Target
from s3compat.running import endpoints
from s3compat.running.arguments import parser
from s3compat.running.endpoints import UsageError, again, targets


def named(*words: str) -> list[Target]:
    with targets(parser().parse_args(words)) as found:
        return found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--endpoint", "http://a", "--endpoints", "e.toml"], "cannot be used together"),
        (["--server", "moto", "--endpoint", "http://a"], "cannot be used together"),
        (["--server", "moto", "--endpoints", "e.toml"], "cannot be used together"),
        (["--server", ","], "names no server"),
        (["--server-version", "1"], "name the server"),
        (["--endpoint", "http://a", "--server-version", "1"], "name the server"),
        (
            ["--endpoint", "http://a", "--deviation", "range-ignored"],
            "with the reference server only",
        ),
        (["--endpoint", "http://a", "--session"], "with the reference server only"),
        (["--server", "moto", "--feature", "F"], "with the reference server only"),
        (["--keep"], "goes on after the run"),
        (["--deviation", "no-such-deviation"], "no-such-deviation"),
        (["--profile", "aistore", "--feature", "NoSuchFeature"], "NoSuchFeature"),
    ],
)
def test_options_that_do_not_go_together(words: list[str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        named(*words)
    assert said in str(refused.value)


def test_an_endpoint_with_what_was_said_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = "--endpoint http://a --label mine --region eu-x-1 --profile aistore --insecure "
    words += "--addressing virtual --generation old --credentials-env B_ --keep "
    words += "--other-credentials file:keys#x"
    (made,) = named(*words.split())

    assert (made.url, made.label, made.region) == ("http://a", "mine", "eu-x-1")
    assert (made.profile, made.addressing, made.generation) == ("aistore", "virtual", "old")
    assert (made.insecure, made.anonymous, made.credentials_env) == (True, False, "B_")
    assert made.other_credentials == f"file:{tmp_path / 'keys#x'}"


def test_what_was_not_said_stays_as_it_is() -> None:
    assert named("--endpoint", "http://a") == [Target(url="http://a")]


def test_options_beside_a_file_are_for_all_of_its_endpoints(tmp_path: Path) -> None:
    file = tmp_path / "e.toml"
    file.write_text(
        '[[endpoint]]\nurl = "http://a"\nregion = "r-a-1"\nprofile = "aistore"\n'
        '[[endpoint]]\nurl = "http://b"\n',
        "utf-8",
    )
    assert [one.region for one in named("--endpoints", str(file))] == ["r-a-1", "us-east-1"]
    made = named("--endpoints", str(file), "--region", "x-y-1", "--generation", "new")
    assert [(one.url, one.region, one.profile, one.generation) for one in made] == [
        ("http://a", "x-y-1", "aistore", "new"),
        ("http://b", "x-y-1", "aws", "new"),
    ]


def test_a_known_server_twice_is_one() -> None:
    made = named("--server", "moto,rclone", "--server", "moto", "--server-version", "moto=5")
    assert [(one.server["name"], one.server["version"]) for one in made][:1] == [("moto", "5")]
    assert [one.server["name"] for one in made] == ["moto", "rclone"]


def variables() -> set[str]:
    return {name for name in os.environ if name.startswith(("S3COMPAT_REFERENCE_", "S3COMPAT_OT"))}


def test_the_reference_server_runs_meanwhile_with_keys_that_go_with_it() -> None:
    options = parser().parse_args(["--region", "eu-west-1"])
    with targets(options) as (made,):
        endpoint = made.endpoint()
        assert endpoint.credentials is not None
        assert endpoint.other_credentials is not None
        assert endpoint.credentials.access_key != endpoint.other_credentials.access_key
        assert endpoint.credentials.session_token is None
        assert endpoint.other_credentials.account_id != endpoint.credentials.account_id
        assert (made.region, made.label, made.profile) == ("eu-west-1", "reference server", "aws")
        assert made.url.startswith("http://127.0.0.1:")
        assert len(variables()) == 6
    assert variables() == set()


def test_the_reference_server_by_name_as_a_product_with_a_session() -> None:
    words = ["--addressing", "virtual", "--profile", "aistore", "--session", "--label", "mine"]
    with targets(parser().parse_args(words)) as (made,):
        found = made.endpoint().credentials
        assert found is not None
        assert found.session_token
        assert made.url.startswith("http://localhost:")
        assert (made.label, made.profile) == ("mine", "aistore")
        assert len(variables()) == 7
    assert variables() == set()


@pytest.mark.parametrize(
    ("profile", "label"),
    [(None, "reference server"), ("aistore", "reference server as aistore")],
)
def test_its_label_says_as_what_it_behaves(profile: str | None, label: str) -> None:
    words = ["--profile", profile] if profile else []
    with targets(parser().parse_args(words)) as (made,):
        assert made.label == label


@pytest.mark.parametrize("words", [["--dry-run"], ["--list"]])
def test_nothing_is_started_where_nothing_is_tried(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server_ref.server.S3Server", None)  # to call it would raise
    assert named(*words) == [Target(url="http://127.0.0.1", label="reference server")]
    (made,) = named(*words, "--profile", "aistore")
    assert made.profile == "aistore"


REFERENCE = Target(url="http://127.0.0.1:1", credentials_env=endpoints.REFERENCE_VARIABLES)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", ""),
        ("--addressing path", ""),
        ("--addressing virtual", "--addressing virtual"),
        ("--region r-1", "--region r-1"),
        (
            "--profile aistore --deviation a --deviation b --feature F",
            "--profile aistore --deviation a --deviation b --feature F",
        ),
        (
            "--region r-1 --checks my/checks --checks b",
            "--region r-1 --checks my/checks --checks b",
        ),
    ],
)
def test_the_reference_server_is_chosen_again(given: str, words: str) -> None:
    assert again(parser().parse_args(given.split()), REFERENCE) == tuple(words.split())


def test_a_known_server_and_an_endpoint_are_chosen_again() -> None:
    plain, claimed = parser().parse_args([]), parser().parse_args(["--profile", "mine.toml"])
    server = Target(url="http://127.0.0.1:1", server={"name": "moto", "version": "5"})
    assert again(plain, server) == ("--server", "moto")
    assert again(claimed, server) == ("--server", "moto", "--profile", "mine.toml")
    endpoint = Target(url="http://a", region="r-1")
    assert again(plain, endpoint) == endpoint.options()
