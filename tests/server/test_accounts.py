"""Several accounts, temporary credentials, and the command that keeps them."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config

from server_ref.auth import credentials as keys
from server_ref.auth.accounts import AccountsError, AccountsFile
from server_ref.auth.credentials import make_account_id, make_session
from server_ref.commands import admin
from server_ref.identity import Credential
from server_ref.server import S3Server
from tests.server.conftest import refused

ONCE = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with S3Server(durability="relaxed") as running:
        yield running


def client(server: S3Server, credential: Credential, **config: Any) -> Any:
    chosen = ONCE.merge(Config(**config))
    return boto3.client("s3", config=chosen, **server.kwargs_for(credential))


def test_accounts_are_strangers_to_each_other(s3: S3Server) -> None:
    client(s3, s3.credentials[0]).create_bucket(Bucket="firsts")
    second = client(s3, s3.add_account("bob"))

    assert second.list_buckets()["Buckets"] == []
    assert second.list_buckets()["Owner"]["ID"] != s3.credentials[0].account.canonical_id
    assert refused(second.list_objects_v2, Bucket="firsts")["Code"] == "AccessDenied"


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_session_may_what_its_account_may(s3: S3Server, version: str) -> None:
    session = client(s3, s3.add_session(), signature_version=version)
    name = f"session-{version}"
    session.create_bucket(Bucket=name)
    session.put_object(Bucket=name, Key="k", Body=b"by a session")

    url = session.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "k"})

    assert requests.get(url, timeout=10).content == b"by a session"
    first = client(s3, s3.credentials[0])
    assert first.get_object(Bucket=name, Key="k")["Body"].read() == b"by a session"


def test_a_form_signed_by_a_session_carries_its_token(s3: S3Server) -> None:
    session = client(s3, s3.add_session())
    session.create_bucket(Bucket="forms")
    form = session.generate_presigned_post("forms", "k")
    assert "x-amz-security-token" in form["fields"]

    def post(fields: dict[str, str]) -> requests.Response:
        return requests.post(form["url"], fields, files={"file": b"posted"}, timeout=10)

    assert post(form["fields"]).status_code == 204
    without = {k: v for k, v in form["fields"].items() if k != "x-amz-security-token"}
    answer = post(without)
    assert (answer.status_code, "<Code>InvalidAccessKeyId</Code>" in answer.text) == (403, True)


def test_tokens_that_are_not_the_keys_own_are_refused(s3: S3Server) -> None:
    session, other = s3.add_session(), s3.add_session()
    for token in (other.token, "made up", "ü"):
        forged = Credential(session.access_key, session.secret_key, session.account, token)
        error = refused(client(s3, forged).list_buckets)
        assert (error["Status"], error["Code"]) == (400, "InvalidToken")
        assert error["Token-0"] == token
    forgotten = Credential(session.access_key, session.secret_key, session.account)
    error = refused(client(s3, forgotten).list_buckets)
    assert (error["Status"], error["Code"]) == (403, "InvalidAccessKeyId")
    permanent = s3.credentials[0]
    lent = Credential(permanent.access_key, permanent.secret_key, permanent.account, other.token)
    assert refused(client(s3, lent).list_buckets)["Code"] == "InvalidToken"


def test_a_session_ends(s3: S3Server) -> None:
    error = refused(client(s3, s3.add_session(seconds=-1)).list_buckets)
    assert (error["Status"], error["Code"]) == (400, "ExpiredToken")


def test_a_url_ends_with_the_session_that_signed_it(s3: S3Server) -> None:
    ended = client(s3, s3.add_session(seconds=-1))
    url = ended.generate_presigned_url("list_buckets", ExpiresIn=3600)
    answer = requests.get(url, timeout=10)
    assert (answer.status_code, "<Code>ExpiredToken</Code>" in answer.text) == (400, True)


def test_a_directory_keeps_its_first_key(tmp_path: Path) -> None:
    with S3Server(data=tmp_path) as server:
        first = server.credentials[0]
        assert server.made == first
        client(server, first).create_bucket(Bucket="kept")
    with S3Server(data=tmp_path) as again:
        assert again.made is None
        assert again.credentials == (first,)
        assert [b["Name"] for b in client(again, first).list_buckets()["Buckets"]] == ["kept"]
    assert stat.S_IMODE((tmp_path / "accounts.json").stat().st_mode) == 0o600


def test_the_data_directory_may_stand_before_the_command_or_behind_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path)]
    assert admin.main([*data, "add", "--name", "ann"]) == 0
    assert admin.main(["add", "--name", "bob", *data]) == 0
    capsys.readouterr()
    for words in ([*data, "list"], ["list", *data], [*data, "keys"], ["keys", *data]):
        assert admin.main(words) == 0
    assert capsys.readouterr().out.count("bob") == 2
    with pytest.raises(SystemExit) as ended:
        admin.main(["list"])
    assert ended.value.code == 2
    assert "--data DIR is needed" in capsys.readouterr().err


def test_a_running_server_sees_what_admin_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keys, "_LOOK_AGAIN", 0.0)
    data = ["--data", str(tmp_path)]
    with S3Server(data=tmp_path) as server:
        assert admin.main([*data, "add", "--name", "bob"]) == 0
        bob = AccountsFile(tmp_path).read()[-1]
        client(server, bob).create_bucket(Bucket="bobs")

        assert admin.main([*data, "session", bob.access_key, "--duration", "60"]) == 0
        session = AccountsFile(tmp_path).read()[-1]
        assert session.access_key.startswith("ASIA")
        assert client(server, session).list_buckets()["Buckets"][0]["Name"] == "bobs"

        assert admin.main([*data, "remove", session.access_key]) == 0
        assert refused(client(server, session).list_buckets)["Code"] == "InvalidAccessKeyId"
    shown = capsys.readouterr().out
    assert f"export AWS_SESSION_TOKEN={session.token}" in shown


def test_lists_show_secrets_on_demand_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path)]
    admin.main([*data, "list"])
    assert f"`s3compat admin --data {tmp_path} add`" in capsys.readouterr().out
    admin.main([*data, "add", "--account", "123456789012"])
    capsys.readouterr()
    (kept,) = AccountsFile(tmp_path).read()

    admin.main([*data, "list"])
    listed = capsys.readouterr().out
    admin.main([*data, "list", "--secrets"])
    opened = capsys.readouterr().out

    for known in ("123456789012", kept.access_key, kept.account.canonical_id):
        assert known in listed
    assert kept.secret_key not in listed
    assert kept.secret_key in opened
    assert kept.secret_key not in repr(kept)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "--account", "12"], "12 digits"),
        (["session", "AKIANOBODY"], "`list` shows"),
        (["session", "AKIANOBODY", "--duration", "0"], "1 to 129600 seconds"),
        (["remove", "AKIANOBODY"], "`list` shows"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert admin.main(["--data", str(tmp_path), *words]) == 2
    assert told in capsys.readouterr().err


def test_a_key_folder_that_is_none_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    admin.main(["--data", str(tmp_path), "add"])
    (tmp_path / "keys").write_text("no folder")
    assert admin.main(["--data", str(tmp_path), "add-key", "--alias", "alias/a"]) == 2
    assert "or name another --data" in capsys.readouterr().err


def test_the_last_key_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path)]
    admin.main([*data, "add"])
    (kept,) = AccountsFile(tmp_path).read()
    assert admin.main([*data, "remove", kept.access_key]) == 2
    assert "add another one first" in capsys.readouterr().err
    assert AccountsFile(tmp_path).read() == (kept,)


def test_a_new_session_clears_ended_ones_away(tmp_path: Path) -> None:
    accounts = AccountsFile(tmp_path)
    admin.main(["--data", str(tmp_path), "add"])
    (permanent,) = accounts.read()
    accounts.change(lambda known: (*known, make_session(permanent.account, time.time() - 1)))
    admin.main(["--data", str(tmp_path), "session", permanent.access_key])
    first, session = accounts.read()
    assert first == permanent
    assert session.expires is not None
    until = datetime.fromtimestamp(session.expires, UTC)
    assert timedelta(0) < until - datetime.now(UTC) <= timedelta(hours=1)


def test_a_damaged_file_is_refused_and_its_secrets_are_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text('{"keys": [{"secret_key": "hush-hush", "x": 1}]}')
    with pytest.raises(AccountsError, match="is damaged") as error:
        S3Server(data=tmp_path)
    assert "hush" not in str(error.value)


def test_a_file_damaged_meanwhile_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_LOOK_AGAIN", 0.0)
    with S3Server(data=tmp_path) as server:
        (tmp_path / "accounts.json").write_text("nonsense")
        assert client(server, server.credentials[0]).list_buckets()["Buckets"] == []


@pytest.mark.parametrize(("drawn", "made"), [(0, "1" + "0" * 11), (-1, "9" * 12)])
def test_a_fresh_account_id_has_twelve_digits(
    drawn: int, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "server_ref.auth.credentials.secrets.randbelow", lambda below: drawn % below
    )
    assert make_account_id() == made
