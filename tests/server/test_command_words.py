"""The words of the server's commands: what is wrong with what was typed, and how it is used."""

from __future__ import annotations

import argparse
import errno
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from server_ref.auth.accounts import AccountsFile
from server_ref.auth.credentials import make_account
from server_ref.commands import serve
from server_ref.commands.options import OptionParser, at_least
from server_ref.commands.serve_arguments import SECRET_VARIABLE, parser
from server_ref.commands.serve_instructions import instructions
from server_ref.identity import Credential
from server_ref.server import DEFAULT_ACCOUNT, S3Server

ACCOUNT = make_account(DEFAULT_ACCOUNT)
KEPT = Credential("AKIAKEPTKEPTKEPTKEPT", "kept" * 10, ACCOUNT)


def tool() -> OptionParser:
    made = OptionParser(prog="tool")
    made.add_argument("--colour", choices=["red", "green"])
    made.add_argument("--many", type=at_least(2))
    below = made.add_subparsers()
    below.add_parser("add").add_argument("--folder")
    return made


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--color=red"], "there is no option '--color'; did you mean '--colour'? `tool"),
        (["add", "--foldr", "x"], "there is no option '--foldr'; did you mean '--folder'?"),
        (["--zzzzzz"], "there is no option '--zzzzzz'; `tool --help` shows"),
        (["add", "x y"], "'x y' is one word too many; a value with blanks wants quotes"),
        (
            ["--colour", "gren"],
            "expected one of red, green, and not 'gren'; did you mean 'green'? `tool --help`",
        ),
        (["--colour", "violet"], "expected one of red, green, and not 'violet'; `tool --help`"),
        (["--many", "1"], "expected a whole number, 2 or more, and not '1'"),
        (["--many", "x"], "expected a whole number, 2 or more, and not 'x'"),
        (["--many", "-3"], "expected "),
        (["del"], "expected one of add, and not 'del'"),
    ],
)
def test_what_is_typed_wrongly(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        tool().parse_args(typed)

    assert end.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("tool")
    assert said in told
    assert told.count("\n") == 1
    assert told.endswith("--help` shows the options\n")


def test_what_is_typed_rightly() -> None:
    found = tool().parse_args(["--colour", "red", "--many", "2", "add", "--folder", "f"])

    assert (found.colour, found.many, found.folder) == ("red", 2, "f")


# how a server is used


def running(**facts: Any) -> Any:
    plain = {
        "url": "http://127.0.0.1:9000",
        "region": "eu-west-1",
        "access_key": "AK",
        "data": "/data",
        "certificate": None,
        "temporary": False,
    }
    return SimpleNamespace(**plain | facts)


def test_the_instructions() -> None:
    told = instructions(running(), "secret").splitlines()

    assert told == [
        "S3 at http://127.0.0.1:9000 (region eu-west-1)",
        "",
        "export AWS_ACCESS_KEY_ID=AK",
        "export AWS_SECRET_ACCESS_KEY=secret",
        "export AWS_DEFAULT_REGION=eu-west-1",
        "export AWS_ENDPOINT_URL_S3=http://127.0.0.1:9000",
        "",
        "aws     aws s3 mb s3://bucket",
        'boto3   boto3.client("s3").create_bucket(Bucket="bucket")',
        "s3cmd   s3cmd --host=127.0.0.1:9000 --host-bucket=127.0.0.1:9000 --no-ssl"
        " --region=eu-west-1 mb s3://bucket",
        "",
        "Ctrl-C ends it.",
    ]


def test_the_instructions_of_a_secure_server_that_keeps_nothing() -> None:
    told = instructions(
        running(url="https://h:1", certificate="/cert.pem", temporary=True), None
    ).splitlines()

    assert "export AWS_SECRET_ACCESS_KEY=…   # `s3compat admin --data /data list --secrets`" in (
        told[3].removesuffix(" shows it")
    )
    assert told[6] == "export AWS_CA_BUNDLE=/cert.pem"
    assert "--host-bucket=h:1 --ca-certs=/cert.pem --region" in told[10]
    assert told[-1] == "What is stored is gone then; --data DIR keeps it."


def arguments(*words: str) -> argparse.Namespace:
    found: argparse.Namespace = parser().parse_args(words)
    return found


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EACCES, "no", "/file"), "/file: no; choose another --data"),
        (OSError(errno.EADDRINUSE, "x"), "h port 80 is in use already; choose another --port, or "),
        (OSError(errno.EACCES, "x"), "this user may not listen on h port 80; choose a --port ab"),
        (OSError(errno.EADDRNOTAVAIL, "x"), "h is no address of this machine; choose another --h"),
        (socket.gaierror(-2, "x"), "h is no address of this machine; choose another --host"),
        (OSError(errno.EIO, "odd"), "[Errno 5] odd; choose another --port, --host or --data"),
        (RuntimeError("odd"), "odd; choose another --port, --host or --data"),
    ],
)
def test_why_a_server_did_not_start(error: Exception, said: str) -> None:
    assert serve._why_not_started(error, arguments("--host", "h", "--port", "80")).startswith(said)


# whose key it is


@pytest.fixture
def data(tmp_path: Path) -> Path:
    AccountsFile(tmp_path).change(lambda _kept: (KEPT,))
    return tmp_path


def test_the_key_that_is_given(data: Path) -> None:
    kept = ["--data", str(data), "--access-key", KEPT.access_key]

    assert serve._given(arguments(), None) == ()
    assert serve._given(arguments("--data", str(data)), None) == ()
    assert serve._given(arguments(*kept), None) == (KEPT,)
    [other] = serve._given(arguments(*kept), "given-by-me")
    assert (other.access_key, other.secret_key) == (KEPT.access_key, "given-by-me")
    [made] = serve._given(arguments(), "given-by-me")
    assert (made.secret_key, made.account) == ("given-by-me", ACCOUNT)
    assert made.access_key
    for more in ([], ["--data", str(data)]):
        [new] = serve._given(arguments("--access-key", "AKIANEWNEWNEWNEWNEWN", *more), None)
        assert new.access_key == "AKIANEWNEWNEWNEWNEWN"
        assert new.secret_key not in ("", KEPT.secret_key)


@pytest.mark.parametrize(
    ("made", "given", "secret", "shown"),
    [
        (True, (), None, "the-secret"),
        (False, (), None, None),
        (False, (KEPT,), None, None),
        (False, (Credential("AKIANEW", "new", ACCOUNT),), None, "the-secret"),
        (True, (), "mine", f"${SECRET_VARIABLE}"),
    ],
)
def test_a_secret_is_shown_when_it_is_made(
    data: Path, made: bool, given: tuple[Credential, ...], secret: str | None, shown: str | None
) -> None:
    server = SimpleNamespace(made=made, data=data, secret_key="the-secret")

    assert serve._secret(server, given, secret) == shown


def test_a_server_of_no_folder_shows_what_it_was_given() -> None:
    with S3Server(accounts=(KEPT,)) as server:
        assert serve._secret(server, (KEPT,), None) == KEPT.secret_key


@pytest.mark.parametrize(
    ("key", "secret", "given"),
    [("k", "s", True), ("k", "", False), ("", "s", False), (None, "s", False), ("k", None, False)],
)
def test_the_keys_for_amazon_are_both_or_none(
    key: str | None, secret: str | None, given: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    found = serve._upstream_credential()
    assert found == (Credential("k", "s", ACCOUNT) if given else None)


# what is meant where nothing is said


def test_the_arguments_of_serve_and_what_they_are_otherwise() -> None:
    lists = ("bucket", "seed", "deviation", "feature", "kms_key", "event_target")
    texts = ("domain", "base_path", "upstream")
    switches = ("anonymous", "tls", "block_sse_c", "keys_need_tls")
    one = {"host": "127.0.0.1", "port": 9000, "behaviour": "aws", "log": "plain"}
    unsaid = ("data", "access_key", "region", "list_deviations", "targets", "cert", "key")
    later = ("durability", "restore_seconds", "clock_offset", "clock_file", "access_log_seconds")

    assert vars(arguments()) == {
        **one,
        **{name: [] for name in lists},
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(switches, False),
        **dict.fromkeys((*unsaid, *later)),
    }


def test_a_behaviour_may_be_asked_for_by_the_name_that_the_option_had_first() -> None:
    assert arguments("--behaviour", "aistore").behaviour == "aistore"
    assert arguments("--profile", "aistore").behaviour == "aistore"
    assert "--profile" not in parser().format_help()


@pytest.mark.parametrize(
    ("port", "taken"),
    [("0", True), ("65535", True), ("65536", False), ("-1", False), ("x", False), ("", False)],
)
def test_a_port(port: str, taken: bool, capsys: pytest.CaptureFixture[str]) -> None:
    if taken:
        assert arguments(f"--port={port}").port == int(port)
        return
    with pytest.raises(SystemExit):
        arguments(f"--port={port}")
    assert f"a port is a number from 0 to 65535, and not {port!r}" in capsys.readouterr().err


def test_deviations_are_listed_and_nothing_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.main(["--list-deviations", "range-ignored"]) == 0
    assert "range-ignored" in capsys.readouterr().out
    assert serve.main(["--list-deviations", "get-object"]) == 0
    assert "GetObject" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--tls", "--cert", "nothere.pem"], "--cert: nothere.pem: no such file"),
        (["--targets", "2"], "--targets is for --behaviour aistore"),
    ],
)
def test_what_does_not_go_together_is_said(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve.main(typed) == 2
    assert said in capsys.readouterr().err
