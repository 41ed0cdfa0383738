"""One endpoint of a run, as options and files name it: what is refused, what chooses it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.endpoint.endpoint import Credentials
from conformance.endpoint.target import Target, TargetError, read_targets

URL = "http://127.0.0.1:9000"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for prefix, key in (("AWS_", "AK"), ("B_", "BK")):
        monkeypatch.setenv(f"{prefix}ACCESS_KEY_ID", key)
        monkeypatch.setenv(f"{prefix}SECRET_ACCESS_KEY", "secret")
        monkeypatch.delenv(f"{prefix}SESSION_TOKEN", raising=False)
        monkeypatch.delenv(f"{prefix}ACCOUNT_ID", raising=False)


def test_a_target_becomes_an_endpoint() -> None:
    made = Target(url=f"{URL}/s3/", label="mine", region="eu-x-1", insecure=True).endpoint()

    assert (made.url, made.label, made.region) == (f"{URL}/s3", "mine", "eu-x-1")
    assert (made.addressing, made.insecure, made.ca_bundle) == ("path", True, None)
    assert made.credentials == Credentials("AK", "secret")
    assert made.other_credentials is None


@pytest.mark.parametrize(
    ("members", "access_key"),
    [({}, "AK"), ({"credentials_env": "B_"}, "BK"), ({"anonymous": True}, None)],
)
def test_its_credentials(members: dict[str, Any], access_key: str | None) -> None:
    found = Target(url=URL, **members).endpoint().credentials
    assert (found.access_key if found else None) == access_key


def test_a_second_account_is_an_account() -> None:
    found = Target(url=URL, other_credentials="env:B_").endpoint().other_credentials
    assert found == Credentials("BK", "secret")
    with pytest.raises(TargetError, match="anonymous is not an account"):
        Target(url=URL, other_credentials="anonymous").endpoint()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("127.0.0.1:9000", "expected a URL such as"),
        ("ftp://127.0.0.1", "expected a URL such as"),
        ("http://", "expected a URL such as"),
        ("http://me:secret@127.0.0.1", "has credentials in it"),
        ("http://me@127.0.0.1", "has credentials in it"),
        ("http://:secret@127.0.0.1", "has credentials in it"),
        ("http://127.0.0.1/?a", "no query or fragment"),
        ("http://127.0.0.1/#a", "no query or fragment"),
        ("http://127.0.0.1:90000", "ort out of range"),
        ("http://[::1", "Invalid IPv6"),
    ],
)
def test_a_url_that_cannot_be_used(url: str, said: str) -> None:
    with pytest.raises(TargetError) as refused:
        Target(url=url).check()
    assert said in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_bucket_before_an_address(host: str) -> None:
    Target(url=f"http://{host}:9000").check()
    Target(url="http://localhost:9000", addressing="virtual").check()
    with pytest.raises(TargetError, match="cannot stand before an IP address"):
        Target(url=f"http://{host}:9000", addressing="virtual").check()


def test_a_ca_bundle_is_a_file(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    with pytest.raises(TargetError, match=r"ca\.pem: no such file"):
        Target(url=URL, ca_bundle=str(bundle)).check()
    bundle.touch()
    Target(url=URL, ca_bundle=str(bundle)).check()


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({}, ()),
        ({"region": "us-east-1", "addressing": "path", "label": ""}, ()),
        ({"region": "eu-x-1"}, ("--region", "eu-x-1")),
        ({"addressing": "virtual"}, ("--addressing", "virtual")),
        ({"label": "mine"}, ("--label", "mine")),
        ({"ca_bundle": "/ca"}, ("--ca-bundle", "/ca")),
        ({"aws_profile": "work"}, ("--aws-profile", "work")),
        ({"credentials_file": "/keys"}, ("--credentials", "/keys")),
        ({"other_credentials": "env:B_"}, ("--other-credentials", "env:B_")),
        ({"insecure": True}, ("--insecure",)),
        ({"anonymous": True}, ("--anonymous",)),
        ({"insecure": True, "anonymous": True}, ("--insecure", "--anonymous")),
    ],
)
def test_the_options_that_choose_it_again(members: dict[str, Any], words: tuple[str, ...]) -> None:
    options = Target(url=URL, **members).options()
    usual = Target(url=URL).options()

    assert usual[:4] == ("--endpoint", URL, "--profile", "aws")
    assert options == (*usual, *words)


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_file_of_endpoints_with_paths_beside_it(tmp_path: Path) -> None:
    (tmp_path / "claims.toml").touch()
    file = write(
        tmp_path / "e.toml",
        '[[endpoint]]\nurl = "http://a"\nprofile = "claims.toml"\ncredentials_file = "keys"\n'
        'ca_bundle = "/ca"\nother_credentials = "file:other#x"\n'
        '[[endpoint]]\nurl = "http://b"\nprofile = "elsewhere.toml"\ncredentials_env = "B_"\n',
    )
    first, second = read_targets(file)
    assert first.profile == str(tmp_path / "claims.toml")
    assert first.credentials_file == str(tmp_path / "keys")
    assert first.ca_bundle == "/ca"
    assert first.other_credentials == f"file:{tmp_path / 'other#x'}"
    assert (second.profile, second.credentials_env) == ("elsewhere.toml", "B_")
    assert (second.ca_bundle, second.credentials_file) == (None, None)
    assert second.other_credentials is None


def test_a_profile_that_has_the_name_of_a_file_without_its_ending(tmp_path: Path) -> None:
    (tmp_path / "aws").touch()
    file = write(tmp_path / "e.toml", '[[endpoint]]\nurl = "http://a"\nprofile = "aws"\n')
    assert read_targets(file)[0].profile == "aws"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("endpoint =", "not TOML"),
        ("", "expected only [[endpoint]] tables"),
        ("endpoint = []", "expected only [[endpoint]] tables"),
        ('[endpoint]\nurl = "http://a"', "expected only [[endpoint]] tables"),
        ('title = "x"\n[[endpoint]]\nurl = "http://a"', "the file also has title"),
        ('[[endpoint]]\nurl = "http://a"\n[[endpoint]]\nurll = "http://b"', "endpoint 2: "),
        ("[[endpoint]]\nurl = 1", "endpoint 1: "),
        ('[[endpoint]]\nurl = "http://a"\nserver = {name = "moto"}', "leave it out"),
        (
            '[[endpoint]]\nurl = "http://a:1"\n[[endpoint]]\nurl = "http://a:1/s3"',
            "two endpoints are called a:1; give each a label",
        ),
        (
            '[[endpoint]]\nurl = "http://a"\nlabel = "x"\n'
            '[[endpoint]]\nurl = "http://b"\nlabel = "x"',
            "two endpoints are called x",
        ),
    ],
)
def test_a_file_that_is_none(text: str, said: str, tmp_path: Path) -> None:
    file = write(tmp_path / "e.toml", text)
    with pytest.raises(TargetError) as refused:
        read_targets(file)
    assert said in str(refused.value)
    assert str(file) in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="No such file"):
        read_targets(tmp_path / "none.toml")


def test_two_of_one_host_with_labels_are_two(tmp_path: Path) -> None:
    file = write(
        tmp_path / "e.toml",
        '[[endpoint]]\nurl = "http://a"\nlabel = "x"\n[[endpoint]]\nurl = "http://a"\n',
    )
    assert [one.label for one in read_targets(file)] == ["x", ""]
