"""Where credentials come from: by name, never by value; and that no message holds a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.endpoint.credentials import CredentialsError, beside, load, named
from conformance.endpoint.endpoint import Credentials

SECRET = "a-secret-that-nobody-may-see"
GOOD = f"[default]\naws_access_key_id = AK\naws_secret_access_key = {SECRET}\n"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, "env:AWS_"),
        ({"anonymous": True}, "anonymous"),
        ({"profile": "work"}, "profile:work"),
        ({"file": "/etc/keys"}, "file:/etc/keys"),
        ({"file": "/etc/keys", "profile": "work"}, "file:/etc/keys#work"),
    ],
)
def test_options_name_one_source(options: dict[str, object], name: str) -> None:
    assert named(**options) == name


@pytest.mark.parametrize("options", [{"file": "/k"}, {"profile": "p"}])
def test_anonymous_and_a_source_exclude_each_other(options: dict[str, str]) -> None:
    with pytest.raises(CredentialsError, match="cannot be used together"):
        named(anonymous=True, **options)


def test_a_file_is_named_from_where_it_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/me")
    assert named(file="keys") == f"file:{tmp_path / 'keys'}"
    assert named(file="~/keys") == "file:/home/me/keys"
    assert beside("file:keys", Path("/there")) == "file:/there/keys"
    assert beside("file:~/keys", Path("/there")) == "file:/home/me/keys"
    assert beside("file:/keys", Path("/there")) == "file:/keys"
    assert beside("env:X_", Path("/there")) == "env:X_"


def test_anonymous_has_none() -> None:
    assert load("anonymous") is None


@pytest.mark.parametrize("name", ["", "vault:x", "AKIA123", "anonymously"])
def test_a_name_that_is_no_source(name: str) -> None:
    with pytest.raises(CredentialsError, match="names no source"):
        load(name)


def test_of_the_environment() -> None:
    needed = {"X_ACCESS_KEY_ID": "AK", "X_SECRET_ACCESS_KEY": SECRET}
    assert load("env:X_", needed) == Credentials("AK", SECRET, None, None)
    more = {"X_SESSION_TOKEN": "token", "X_ACCOUNT_ID": "111122223333"}
    assert load("env:X_", needed | more) == Credentials("AK", SECRET, "token", "111122223333")
    empty = {"X_SESSION_TOKEN": "", "X_ACCOUNT_ID": ""}
    assert load("env:X_", needed | empty) == Credentials("AK", SECRET, None, None)


def test_of_the_environment_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("Y_ACCESS_KEY_ID", "AK")
    monkeypatch.setenv("Y_SECRET_ACCESS_KEY", SECRET)
    assert load("env:Y_") == Credentials("AK", SECRET, None, None)
    with pytest.raises(CredentialsError):
        load("env:Y_", {})


@pytest.mark.parametrize("missing", ["X_ACCESS_KEY_ID", "X_SECRET_ACCESS_KEY"])
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_both_halves_are_needed(missing: str, how: str) -> None:
    given = {"X_ACCESS_KEY_ID": "AK", "X_SECRET_ACCESS_KEY": SECRET}
    given = (
        given | {missing: ""}
        if how == "empty"
        else {n: v for n, v in given.items() if n != missing}
    )
    with pytest.raises(CredentialsError, match="set X_ACCESS_KEY_ID and X_SECRET_ACCESS_KEY") as no:
        load("env:X_", given)
    assert SECRET not in str(no.value)


def test_of_a_file_and_its_sections(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(
        f"{GOOD}\n[work]\naws_access_key_id=WK\naws_secret_access_key=a%b\n"
        "aws_session_token=t\naws_account_id=111122223333\n",
        "utf-8",
    )
    assert load(f"file:{file}") == Credentials("AK", SECRET, None, None)
    assert load(f"file:{file}#work") == Credentials("WK", "a%b", "t", "111122223333")


@pytest.mark.parametrize(
    ("text", "section", "said"),
    [
        (GOOD, "work", "has no section [work]; it has: default"),
        ("", "default", "has no section [default]; it has: none"),
        (f"aws_secret_access_key = {SECRET}\n", "default", "not in the form"),
        (f"[default]\n{SECRET}\n", "default", "not in the form"),
        (f"[default]\naws_secret_access_key = {SECRET}\n", "default", "both needed"),
        ("[default]\naws_access_key_id = AK\n", "default", "both needed"),
        (f"[default]\naws_access_key_id =\naws_secret_access_key = {SECRET}\n", "default", "both"),
    ],
)
def test_a_file_that_has_none(text: str, section: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(text, "utf-8")
    with pytest.raises(CredentialsError) as refused:
        load(f"file:{file}#{section}")
    assert said in str(refused.value)
    assert str(file) in str(refused.value)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None or SECRET not in str(refused.value.__cause__)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="No such file"):
        load(f"file:{tmp_path / 'none'}")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CredentialsError, match="not in the form"):
        load(f"file:{binary}")


def test_of_a_profile_of_aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "credentials"
    file.write_text(f"{GOOD}[empty]\n", "utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    found = load("profile:default")
    assert found is not None
    assert (found.access_key, found.secret_key, found.session_token) == ("AK", SECRET, None)
    with pytest.raises(CredentialsError, match="AWS profile 'nowhere'"):
        load("profile:nowhere")
    with pytest.raises(CredentialsError, match="aws configure --profile empty"):
        load("profile:empty")
