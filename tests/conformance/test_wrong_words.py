"""What a command answers to a wrong option, a wrong number and a file that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3compat.cli import command_names, main


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line that the command ends with, exit code 2."""
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main(words))
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    return said.err


@pytest.mark.parametrize("command", command_names())
def test_every_command_answers_an_unknown_option_with_one_sentence(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = answer(capsys, command, "--no-such-option")
    assert said.startswith(f"s3compat {command}"), said
    assert f"`s3compat {command}" in said


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("run", "--endpont", "x"), "there is no option '--endpont'; did you mean '--endpoint'?"),
        (("run", "--endpont=x"), "there is no option '--endpont'; did you mean '--endpoint'?"),
        (("run", "--qqqq"), "there is no option '--qqqq';"),
        (("serve", "--prot", "0"), "did you mean '--port'?"),
        (("history", "query", "--fromat", "csv", "--store", "x", "SELECT"), "'--format'?"),
        (("run", "get-object"), "'get-object' is one word too many"),
    ],
)
def test_the_nearest_option_is_named(
    words: tuple[str, ...], near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert near in answer(capsys, *words)


@pytest.mark.parametrize(
    ("words", "least"),
    [
        (("run", "--sample", "0"), 1),
        (("run", "--sample", "x"), 1),
        (("run", "--sample", "-1"), 1),
        (("run", "--budget-requests", "0"), 1),
        (("run", "--workers", "1.5"), 0),
        (("run", "--reference-seconds", "-1"), 0),
        (("prove", "--workers", "0"), 1),
        (("presign", "--expires", "-1", "http://127.0.0.1/b/k"), 0),
        (("serve", "--targets", "0"), 1),
    ],
)
def test_a_number_that_cannot_be_is_refused(
    words: tuple[str, ...], least: int, capsys: pytest.CaptureFixture[str]
) -> None:
    said = answer(capsys, *words)
    assert f"expected a whole number, {least} or more" in said
    assert words[1] in said


@pytest.mark.parametrize(
    "words",
    [
        ("report", "MISSING"),
        ("gate", "MISSING", "--baseline", "b.json"),
        ("compare", "MISSING", "MISSING"),
        ("coverage", "MISSING"),
        ("merge", "MISSING", "--out", "o.jsonl"),
        ("clean", "MISSING"),
    ],
)
def test_a_file_that_is_not_there_is_named(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "nowhere")
    said = answer(capsys, *(missing if word == "MISSING" else word for word in words))
    assert f"{missing}: " in said
    assert "no such file or folder" in said
    assert "Errno" not in said


@pytest.mark.parametrize("command", ["report", "coverage", "gate", "compare", "merge"])
def test_a_file_of_another_kind_is_no_run_log(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "endpoints.toml"
    other.write_text('[[endpoint]]\nurl = "http://127.0.0.1:9000"\n')
    more = {"gate": ["--baseline", "b"], "compare": [str(other)], "merge": ["--out", "o.jsonl"]}
    said = answer(capsys, command, str(other), *more.get(command, []))
    assert f"{other}: line 1 is no record of a run log" in said
    assert "give the run.jsonl of a run, or the folder it is in" in said


def test_presign_names_its_own_way_to_give_credentials(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MINE_ACCESS_KEY_ID", raising=False)
    said = answer(capsys, "presign", "http://127.0.0.1/b/k", "--credentials-env", "MINE_")
    assert "set MINE_ACCESS_KEY_ID and MINE_SECRET_ACCESS_KEY" in said
    assert "--anonymous" not in said  # an option of `run`
