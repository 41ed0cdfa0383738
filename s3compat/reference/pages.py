"""The pages of the reference: name of the file to its Markdown."""

from __future__ import annotations

from s3compat.files import FILES, KnownFile, schema_of
from s3compat.reference.judged import exit_codes, outcomes
from s3compat.reference.keys import keys
from s3compat.reference.options import commands

_MADE = "<!-- made by `python -m s3compat.reference`; change the code instead -->\n"


def pages() -> dict[str, str]:
    """Every page, by its file's name."""
    made = {
        "commands.md": "# Commands\n\n"
        "`s3compat COMMAND --help` says the same in the terminal.\n\n" + commands(),
        "exit-codes.md": "# Exit codes\n\n" + exit_codes(),
        "outcomes.md": "# Outcomes\n\n"
        "One check through one client on one endpoint has one outcome.\n\n" + outcomes(),
        "files.md": _files(),
    }
    made |= {f"{one.name}.md": _file(one) for one in FILES}
    return {name: f"{_MADE}\n{text.rstrip()}\n" for name, text in made.items()}


def _files() -> str:
    lines = ["# Files", "", "Every file that s3compat reads or writes.", ""]
    lines += ["| file | its keys and an example | its JSON Schema |", "|---|---|---|"]
    lines += [
        f"| {one.title} | [{one.name}]({one.name}.md) | `s3compat schema {one.name}` |"
        for one in FILES
    ]
    lines += [
        "",
        "A key that does not exist is an error, in every file that you write: the message names "
        "the nearest that does.",
    ]
    return "\n".join(lines)


def _file(one: KnownFile) -> str:
    language = one.example.rpartition(".")[2].replace("jsonl", "json")
    tables = keys(schema_of(one.name))
    return (
        f"# {one.title}\n\n{one.about}\n\n"
        f"`s3compat schema {one.name}` prints its JSON Schema, "
        f"`s3compat schema {one.name} --example` the example.\n\n"
        f"## Example\n\n```{language}\n{one.example_text.rstrip()}\n```\n\n{tables}"
    )
