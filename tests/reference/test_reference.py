"""The reference says what the code does: every key, option, outcome and exit code is in it."""

from __future__ import annotations

import argparse
import importlib
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from conformance.model.records import Outcome
from conformance.model.verdict import ExitCode
from matrix import MatrixError
from s3compat.cli import command_names, main
from s3compat.files import FILES, KnownFile, schema_of
from s3compat.files.described import described_schema, field_words
from s3compat.files.known import EXAMPLES
from s3compat.reference import pages

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def each_file() -> Any:
    return pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)


def test_the_pages_are_as_they_are_made() -> None:
    """Where this fails: `python -m s3compat.reference`."""
    made = pages()
    assert {path.name for path in FOLDER.glob("*.md")} == set(made)
    for name, text in made.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name


@each_file()
def test_every_key_is_in_the_reference_with_its_meaning(file: KnownFile) -> None:
    page = (FOLDER / f"{file.name}.md").read_text(encoding="utf-8")
    schema = schema_of(file.name)
    seen = 0
    for name, table in schema["$defs"].items():
        for key, value in table.get("properties", {}).items():
            seen += 1
            assert value.get("description"), f"{name}.{key} has no meaning beside it in its source"
            (line,) = _lines(page, name, key)
            assert line.count(" | ") == 3
    assert seen


def _lines(page: str, table: str, key: str) -> list[str]:
    part = page.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
    return [line for line in part.splitlines() if line.startswith(f"| `{key}` |")]


@each_file()
def test_every_example_is_taken_by_its_loader_and_is_in_the_reference(file: KnownFile) -> None:
    file.load(EXAMPLES / file.example)
    page = (FOLDER / f"{file.name}.md").read_text(encoding="utf-8")
    assert f"\n{file.example_text.rstrip()}\n```" in page


@each_file()
def test_every_example_fits_its_schema(file: KnownFile) -> None:
    schema = schema_of(file.name)
    documents = _documents(file)
    assert documents
    for document in documents:
        jsonschema.validate(document, schema)


def _documents(file: KnownFile) -> list[Any]:
    match file.example.rpartition(".")[2]:
        case "toml":
            return [tomllib.loads(file.example_text)]
        case "jsonl":
            return [json.loads(line) for line in file.example_text.splitlines()]
    return [json.loads(file.example_text)]


@pytest.mark.parametrize(
    "file", [one for one in FILES if one.example.endswith(".toml")], ids=lambda one: one.name
)
def test_a_key_that_does_not_exist_is_refused_in_every_file_people_write(
    file: KnownFile, tmp_path: Path
) -> None:
    wrong = tmp_path / file.example
    wrong.write_text(f"no_such_key = 1\n{file.example_text}", encoding="utf-8")
    with pytest.raises(ValueError, match="no_such_key") as refused:
        file.load(wrong)
    assert str(wrong) in str(refused.value)
    assert isinstance(refused.value, MatrixError) or file.name in ("endpoints", "behaviour")


@pytest.mark.parametrize("name", command_names())
def test_every_command_says_its_options_and_exit_codes(name: str) -> None:
    page = (FOLDER / "commands.md").read_text(encoding="utf-8")
    part = page.partition(f"\n## s3compat {name}\n")[2].partition("\n## ")[0]
    module = importlib.import_module(f"s3compat.commands.{name}")
    options = list(_options(module.parser()))
    for option in options:
        assert f"`{option}" in part, option
    assert argparse.SUPPRESS not in part
    assert set(module.EXIT_CODES) <= {code.value for code in ExitCode}
    for code, when in module.EXIT_CODES.items():
        assert f"| {code} | {when} |" in part


def _options(parser: argparse.ArgumentParser) -> list[str]:
    found = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [one for below in action.choices.values() for one in _options(below)]
        elif not isinstance(action, argparse._HelpAction) and action.help != argparse.SUPPRESS:
            found += action.option_strings
    return found


def test_outcomes_and_exit_codes_are_all_there() -> None:
    outcomes = (FOLDER / "outcomes.md").read_text(encoding="utf-8")
    for outcome in Outcome:
        assert f"| `{outcome.value}` | {field_words(Outcome)[outcome.name]} |" in outcomes
    assert f"| `fail` | {field_words(Outcome)['FAIL']} | against it | 1 | 1 |" in outcomes
    cannot = field_words(Outcome)["CLIENT_CANNOT"]
    assert f"| `client_cannot` | {cannot} | no | 0 | 3 |" in outcomes
    codes = (FOLDER / "exit-codes.md").read_text(encoding="utf-8")
    for code in ExitCode:
        assert f"| {code.value} | {field_words(ExitCode)[code.name]} |" in codes


def test_schema_prints_each_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    names = capsys.readouterr().out.split()
    assert {one.name for one in FILES} < set(names)
    for name in names:
        assert main(["schema", name]) == 0
        jsonschema.Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))
    assert main(["schema", "endpoints", "--example"]) == 0
    assert tomllib.loads(capsys.readouterr().out)["endpoint"]
    assert main(["schema", "endpoint"]) == 2
    assert "did you mean 'endpoints'?" in capsys.readouterr().err


class Inner(msgspec.Struct):
    """An example."""

    told: int  # by a comment
    said: str = ""
    """By a string
    of two lines."""
    none: str = ""  # fmt: skip
    rest: tuple[str, ...] = ()


def test_what_is_said_of_a_field_stands_beside_it() -> None:
    assert field_words(Inner) == {"told": "by a comment", "said": "By a string of two lines."}
    properties = described_schema(list[Inner])["$defs"]["Inner"]["properties"]
    assert properties["told"]["description"] == "by a comment"
    assert "description" not in properties["rest"]


def test_no_secret_is_a_key_of_the_behaviour_file() -> None:
    assert "upstream_credential" not in json.dumps(schema_of("behaviour"))
    assert "Credential" not in schema_of("behaviour")["$defs"]
