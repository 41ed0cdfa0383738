"""The page of servers: a table in the order of the alphabet, what was not judged, how to repeat."""

from __future__ import annotations

from pathlib import Path

import pytest

import reports
from conformance.model import Call, Outcome, Result, RunLog
from matrix import load_matrix, load_server
from reports.formats.servers import shortened
from tests.reports import synthetic

ROOT = Path(__file__).parents[2]
READ = Call(
    operation="GetObject",
    client="boto3",
    parameters="Key='a'",
    exchanges=(synthetic.exchange("GET", "/s3compat-261127-1-gw0-7/a?acl", "500 Oh"),),
)
REFUSED = "setup: PutBucketPolicy answered 400"


def result(check: str, client: str, outcome: Outcome, **changes: object) -> Result:
    row, _, name = check.partition(".")
    return synthetic.result(load_matrix().rows[row], name, client, outcome, **changes)


def measured(path: Path, name: str, *results: Result, **changes: object) -> RunLog:
    known = load_server(name)
    server = {"name": name, "version": known.version, "source": known.source}
    clients = {"boto3": "boto3/1.0", "raw": "raw"}
    return synthetic.write_log(
        path, results, endpoint=known.title, server=server, clients=clients, **changes
    )


@pytest.fixture
def page(tmp_path: Path) -> str:
    moto = measured(
        tmp_path / "moto.jsonl",
        "moto",
        result("put-object.one", "boto3", Outcome.PASS),
        result("put-object.two", "boto3", Outcome.FAIL, reason="status 500", calls=(READ,)),
        result(
            "put-object.one", "raw", Outcome.BLOCKED, reason="setup: PutBucketPolicy answered 400"
        ),
        result("get-object.one", "raw", Outcome.NOT_TRIED, reason="no second account"),
        profile="aws",
    )
    proxy = measured(
        tmp_path / "proxy.jsonl",
        "s3proxy",
        result("put-object.one", "boto3", Outcome.PASS),
        result("put-object.one", "raw", Outcome.NOT_CLAIMED),
        synthetic.loss(),
        profile="s3proxy",
        again=("--server", "s3proxy", "--region", "eu-x-1"),
    )
    return reports.render("servers", [proxy, moto])


def test_the_table_has_a_line_for_each_in_the_order_of_the_alphabet(page: str) -> None:
    lines = [
        line for line in page.partition("<!-- the table ends")[0].splitlines() if "| 20" in line
    ]
    assert [line.split("|")[1].strip() for line in lines] == ["moto", "S3Proxy"]
    assert "1 of 2 (50%)" in lines[0]
    assert "1 of 2 (50%) | in 1 check |" in lines[1]
    assert load_server("moto").version in lines[0]


def test_a_section_says_what_was_passed_by_group_and_client(page: str) -> None:
    moto = page.partition("## moto")[2].partition("## S3Proxy")[0]
    assert "| Objects | 1 of 2 | — |" in moto
    assert "| Listing |" not in moto


def test_a_section_says_what_was_not_judged_and_why(page: str) -> None:
    moto, proxy = page.partition("## moto")[2].split("## S3Proxy")
    assert "- 1 could not be set up: `setup: PutBucketPolicy answered 400`" in moto
    assert "- 1 not tried: `no second account`" in moto
    assert "compared with all of S3" in moto
    assert "- 1 not claimed by its documentation" in proxy
    assert "compared with all of S3" not in proxy


def test_a_cause_says_where_it_is_and_shows_one_case_with_its_request(page: str) -> None:
    """From the page alone an issue can be written: the request, what came, what was expected."""
    moto = page.partition("## moto")[2].partition("## S3Proxy")[0]
    _, case = moto.split("  - in put-object 1\n  - for example ", 1)
    expected = "`put-object.two[boto3]`, at `GET /BUCKET/a?acl`: `status 500`"
    assert case.partition("\n")[0] == expected


def test_a_section_ends_with_the_command_that_measures_it_again(page: str) -> None:
    moto, proxy = page.partition("## moto")[2].split("## S3Proxy")
    version = load_server("moto").version
    assert f"s3compat run --server moto --server-version {version} --clients boto3,raw" in moto
    assert "s3compat run --server s3proxy --region eu-x-1 --server-version" in proxy


def test_only_runs_of_known_servers_make_the_page_by_themselves(tmp_path: Path) -> None:
    fits = reports.formats()["servers"].fits
    assert fits is not None
    known = measured(tmp_path / "a.jsonl", "moto", result("put-object.one", "raw", Outcome.PASS))
    other = synthetic.write_log(tmp_path / "b.jsonl", synthetic.ordinary())
    assert fits([known, known])
    assert not fits([known])
    assert not fits([known, other])


@pytest.mark.parametrize(
    ("title", "short"),
    [
        (
            "Not implemented: A, B, C, D and 5 more (Versioning)",
            "Not implemented: A and 8 more (Versioning)",
        ),
        (
            "is ignored (?abac, ?acl, ?cors and 24 more): another",
            "is ignored (?abac and 26 more): another",
        ),
        ("Absent: A, B (Access)", "Absent: A, B (Access)"),
        ("A is refused with 403; S3 accepts it", "A is refused with 403; S3 accepts it"),
    ],
)
def test_the_table_names_one_of_many(title: str, short: str) -> None:
    assert shortened(title) == short


def test_the_table_of_the_readme_is_that_of_the_page() -> None:
    page = (ROOT / "docs" / "servers.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = [line for line in page.partition("<!-- the table ends")[0].splitlines() if "|" in line]
    in_readme = readme.partition("<!-- servers -->")[2].partition("<!-- /servers -->")[0]
    assert len(table) > 10
    assert [line for line in in_readme.splitlines() if line.strip()] == table


def test_a_section_says_how_long_the_run_took(tmp_path: Path) -> None:
    good = result("put-object.one", "boto3", Outcome.PASS)
    whole = measured(tmp_path / "whole.jsonl", "moto", good)
    assert "with `boto3/1.0`, `raw`, in 77 s." in reports.render("servers", [whole])
    cut = measured(tmp_path / "cut.jsonl", "moto", good, footer=False)
    assert "with `boto3/1.0`, `raw`." in reports.render("servers", [cut])
