"""A name that does not exist: exit code 2, in one form, with the nearest there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.gate import BaselineError, read_baseline
from conformance.run.plan import Selection, make_plan
from conformance.trial.check import discover
from matrix import load_matrix
from s3compat.cli import command_names, main
from server_ref.server import S3Server


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run --clients botto3", "there is no client 'botto3'; did you mean 'boto3'?"),
        ("run --profile aistor", "there is no profile 'aistor'; did you mean 'aistore'?"),
        (
            "run --rows get-objekt",
            "there is no row or group of rows 'get-objekt'; did you mean 'get-object'?",
        ),
        (
            "run --rows Object",
            "there is no row or group of rows 'Object'; did you mean 'Objects'?",
        ),
        (
            "run --check get-object-range.sufix_range_returns_the_tail",
            "did you mean 'get-object-range.suffix_range_returns_the_tail'?",
        ),
        (
            "run --check get-object-range.sufix_range_returns_the_tail[raw]",
            "did you mean 'get-object-range.suffix_range_returns_the_tail[raw]'?",
        ),
        ("run --server mota", "there is no known server 'mota'; did you mean 'moto'?"),
        ("run --deviation range-ignord", "did you mean 'range-ignored'?"),
        (
            "run --profile aistore --feature S3-Reverse-Proxi",
            "did you mean 'S3-Reverse-Proxy'?",
        ),
        ("servers --get mota", "there is no known server 'mota'; did you mean 'moto'?"),
        ("clients install botto3", "there is no client 'botto3'; did you mean 'boto3'?"),
        ("prove --check nothing.like_it", "there is no check 'nothing.like_it'"),
        ("prove --check get-objct.*", "did you mean 'get-object.*'?"),
        ("run --check get-objct-range.suf*", "did you mean 'get-object-range.suf*'?"),
        ("serve --behaviour aistor", "there is no behaviour 'aistor'; did you mean 'aistore'?"),
        ("serve --deviation range-ignord", "did you mean 'range-ignored'?"),
        ("matrix --profiles aistor", "there is no profile 'aistor'; did you mean 'aistore'?"),
        ("run --profile m2.toml", "the profile m2.toml: there is no such file in /"),
        ("run --profile mine/m2.toml", "the profile mine/m2.toml: there is no such file in /"),
        ("run --profile /no/m2", "the profile /no/m2: there is no such file"),
        ("serve --behaviour m2.toml", "the behaviour file m2.toml: there is no such file in /"),
        ("rum", "there is no command 'rum'; did you mean 'run'?"),
    ],
)
def test_each_ends_with_the_same_code_and_names_the_nearest(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("admin --data d lst", "and not 'lst'; did you mean 'list'?"),
        ("history qery x", "expected one of add, query, and not 'qery'; did you mean 'query'?"),
        ("clients instal js", "and not 'instal'; did you mean 'install'?"),
        ("run --level shuold", "and not 'shuold'; did you mean 'should'?"),
        ("serve --log jsn", "and not 'jsn'; did you mean 'json'?"),
        ("run --addressing zzz", "expected one of path, virtual, and not 'zzz'"),
    ],
)
def test_a_word_of_a_few_is_told_with_the_nearest(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", ["", " --clients raw"])
def test_a_client_of_a_profile_is_one_that_there_is(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether or not the run names others: it is a slip of who wrote the file."""
    profile = tmp_path / "mine.toml"
    profile.write_text(
        'name = "mine"\ntitle = "Mine"\nsource = "https://example.com"\ndated = "2026-11-28"\n'
        'default = "supported"\nclients = ["boto4"]\n'
    )
    assert main(["run", "--profile", str(profile), "--list", *words.split()]) == 2
    said = capsys.readouterr().err
    assert "profile mine: clients: there is no client 'boto4'; did you mean 'boto3'?" in said


@pytest.mark.parametrize("name", command_names())
@pytest.mark.parametrize("words", [("nonsense",), ("nonsense", "of", "words"), ("--nonsense",)])
def test_nonsense_is_answered_by_every_command_with_one_sentence(
    name: str,
    words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANOBODY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    try:
        code: object = main([name, *words])
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    [sentence] = told.err.splitlines()
    assert sentence.startswith(f"s3compat {name}: ")


def test_rows_are_chosen_by_group_too() -> None:
    loaded = load_matrix()
    listing = {row.id for row in loaded.groups["Listing"]}
    for pattern in ("Listing", "listing", "List*"):
        plan = make_plan(discover(), loaded, ["raw"], ["raw"], Selection(rows=(pattern,)))
        assert {planned.check.row for planned in plan} == listing
    both = make_plan(discover(), loaded, ["raw"], ["raw"], Selection(rows=("Listing", "regions")))
    assert {planned.check.row for planned in both} == {*listing, "regions"}


def test_an_unknown_key_of_an_endpoints_file_is_told_with_the_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "endpoints.toml"
    file.write_text('[[endpoint]]\nurl = "http://127.0.0.1:1"\ncredentials-env = "MY_"\n')
    assert main(["run", "--endpoints", str(file)]) == 2
    said = capsys.readouterr().err
    assert "endpoint 1: credentials-env: there is no such key; did you mean credentials_env" in said
    assert "url, label, region, addressing" in said


def test_which_of_several_endpoints_has_no_credentials_is_said_before_any_is_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"FIRST_{name}", "x")
        monkeypatch.delenv(f"NEXT_{name}", raising=False)
    file = tmp_path / "endpoints.toml"
    file.write_text(
        '[[endpoint]]\nurl = "http://127.0.0.1:1"\nlabel = "first"\ncredentials_env = "FIRST_"\n'
        '[[endpoint]]\nurl = "http://127.0.0.1:2"\nlabel = "next"\ncredentials_env = "NEXT_"\n'
    )
    words = ["run", "--endpoints", str(file), "--rows", "regions", "--out", str(tmp_path / "out")]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "next: no credentials: set NEXT_ACCESS_KEY_ID" in said
    assert "refuses connections" not in said
    assert not (tmp_path / "nothing").exists()


def test_an_unknown_key_of_a_baseline_is_told_with_the_known(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(
        '{"endpoint": "e", "profile": "aws", "written": "2026-01-01T00:00:00Z",'
        ' "entries": [{"id": "a.b[raw]", "outcome": "fail", "because": "x"}]}'
    )
    with pytest.raises(BaselineError) as refused:
        read_baseline(file)
    assert "entries[1].because: there is no such key; there are id, outcome, reason, seen" in str(
        refused.value
    )


def test_a_profile_and_a_behaviour_file_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims, behaviour = tmp_path / "claims.toml", tmp_path / "behaviour.toml"
    claims.write_text('name = "mine"\ntitle = "Mine"\nsource = "https://example.org"\n')
    behaviour.write_text('title = "Mine"\ndeviations = ["range-ignored"]\n')
    assert main(["run", "--profile", str(behaviour)]) == 2
    assert "3compat serve --behaviour`" in capsys.readouterr().err
    assert main(["serve", "--behaviour", str(claims)]) == 2
    assert "a file for `s3compat run --profile`" in capsys.readouterr().err
    behaviour.write_text('title = "Mine"\n[settings]\nregoin = "eu-west-1"\n')
    assert main(["serve", "--behaviour", str(behaviour)]) == 2
    assert "there is no key 'regoin'; did you mean 'region'?" in capsys.readouterr().err
    behaviour.write_text('title = "Mine"\n[settings]\nregion = 5\n')
    assert main(["serve", "--behaviour", str(behaviour)]) == 2
    assert (
        "behaviour.toml: settings.region: Expected text, got a whole number"
        in capsys.readouterr().err
    )


def test_a_dead_endpoint_of_several_is_told_first_and_the_others_are_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with S3Server() as alive:
        keys = alive.client_kwargs
        credentials = tmp_path / "keys"
        credentials.write_text(
            f"[default]\naws_access_key_id = {keys['aws_access_key_id']}\n"
            f"aws_secret_access_key = {keys['aws_secret_access_key']}\n"
            "[wrong]\naws_access_key_id = AKIANOBODY\naws_secret_access_key = nothing\n"
        )
        endpoints = tmp_path / "endpoints.toml"
        first = f'[[endpoint]]\nurl = "{alive.url}"\nlabel = "first"\ncredentials_file = "keys"\n'
        words = ["run", "--endpoints", str(endpoints), "--workers", "0", "--no-report"]
        words += ["--check", "get-object-range.suffix_range_returns_the_tail[raw]"]
        words += ["--out", str(tmp_path / "out")]

        endpoints.write_text(
            f'{first}[[endpoint]]\nurl = "http://127.0.0.1:1"\nlabel = "dead"\nanonymous = true\n'
        )
        assert main(words) == 4
        said = capsys.readouterr()
        assert "dead: 127.0.0.1 port 1 refuses connections" in said.err
        assert said.err.endswith("It is left out of this run\n")
        assert "first in" in said.out
        assert "1 of 1 scored outcomes pass" in said.out

        endpoints.write_text(
            f'{first}aws_profile = "wrong"\n[[endpoint]]\nurl = "http://127.0.0.1:1"\n'
            "anonymous = true\n"
        )
        words[-1] = str(tmp_path / "nothing")
        assert main(words) == 4
        assert (
            f"first ({alive.url}) does not know this access key (InvalidAccessKeyId); check the "
            f"credentials: they come from the file {credentials}, section wrong"
        ) in capsys.readouterr().err
    assert not (tmp_path / "nothing").exists()


def test_the_id_of_a_row_is_not_a_group_of_the_same_letters() -> None:
    rows = load_matrix()
    assert rows.rows_like("versioning") == ["versioning"]
    assert set(rows.rows_like("Versioning")) > {"versioning", "object-versions"}
    assert rows.rows_like("listing") == rows.rows_like("Listing") != []
