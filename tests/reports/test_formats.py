"""Every format: found, made from any run log, honest about it, and safe whatever was sent."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
import xmlschema
from defusedxml import ElementTree
from markdown_it import MarkdownIt

import reports
from conformance.model import Expectation, Outcome, Result, RunLog, judge
from matrix import load_matrix
from reports.overview import make_overview
from tests.reports import synthetic

NAMES = tuple(reports.formats())


@pytest.fixture
def ordinary(tmp_path: Path) -> RunLog:
    return synthetic.write_log(tmp_path / "ordinary.jsonl", synthetic.ordinary())


@pytest.fixture
def hostile(tmp_path: Path) -> RunLog:
    results = synthetic.hostile() + synthetic.every_outcome()
    label = synthetic.HOSTILE[0] + synthetic.HOSTILE[7]
    clients = {**synthetic.CLIENTS, "boto3": synthetic.HOSTILE[2]}
    return synthetic.write_log(
        tmp_path / "hostile.jsonl", results, endpoint=label, clients=clients, generation="\x1b[1m"
    )


@pytest.fixture
def crashed(tmp_path: Path) -> RunLog:
    results = synthetic.every_outcome()[:1]
    return synthetic.write_log(tmp_path / "crashed.jsonl", results, footer=False, planned=9)


def test_every_format_is_found() -> None:
    folder = Path(reports.format.__file__).parent / "formats"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert {name.replace("-", "_") for name in NAMES} == modules
    assert len({made.filename for made in reports.formats().values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_made_from_every_log(
    name: str, ordinary: RunLog, hostile: RunLog, crashed: RunLog, tmp_path: Path
) -> None:
    empty = synthetic.write_log(tmp_path / "empty.jsonl", [])
    for logs in ([ordinary], [hostile], [crashed], [empty], [ordinary, ordinary, crashed, hostile]):
        text = reports.render(name, logs)
        assert text.encode("utf-8")
        assert not set(text) & set("\x00\x07\x08\x1b\x7f\x9b\u202e\u2066\u200b\u2028\ufffe")


def test_a_wrong_name_and_no_log_say_what_to_do(ordinary: RunLog) -> None:
    with pytest.raises(reports.ReportError, match="there are badge, "):
        reports.render("pdf", [ordinary])
    with pytest.raises(reports.ReportError, match="s3compat run"):
        reports.render("html", [])


# HTML


class _Page(HTMLParser):
    """Everything of a page that could act: elements, handlers, addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.handlers.append(name)
            if name in ("href", "src", "action", "srcset"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_html_cannot_be_injected_into(hostile: RunLog) -> None:
    page = _Page(reports.render("html", [hostile]))
    assert page.elements.count("script") == 1
    assert page.elements.count("style") == 1
    assert not {"img", "iframe", "object", "embed", "link", "base", "textarea"} & {*page.elements}
    assert page.handlers == []
    assert {a.split(":")[0] for a in page.addresses if not a.startswith("#")} == {"https"}
    shown = "".join(page.text)
    for text in synthetic.HOSTILE[:4]:
        assert text in shown, "hostile text is shown as what it is"


def test_html_links_and_ids_fit(ordinary: RunLog, hostile: RunLog) -> None:
    page = _Page(reports.render("html", [ordinary, ordinary, hostile]))
    assert len(page.ids) == len(set(page.ids))
    broken = {a[1:] for a in page.addresses if a.startswith("#")} - set(page.ids)
    assert not broken


def test_html_keeps_to_a_reasonable_size(ordinary: RunLog, tmp_path: Path) -> None:
    assert len(ordinary.results) > 750
    assert len(reports.render("html", [ordinary]).encode()) < 6_000_000
    heavy = [
        synthetic.result(row, name, client, Outcome.FAIL, calls=one.calls * 12)
        for row in list(load_matrix().rows.values())[:30]
        for name in synthetic.NAMES
        for client in synthetic.CLIENTS
        for one in [synthetic.result(row, name, client, Outcome.FAIL)]
    ]
    log = synthetic.write_log(tmp_path / "heavy.jsonl", heavy)
    text = reports.render("html", [log])
    assert len(text.encode()) < 6_000_000
    assert "the evidence of all outcomes is shortened here" in text


def test_four_whole_runs_side_by_side_stay_a_page(tmp_path: Path) -> None:
    """Four generations of clients, every check of the matrix: failures keep their evidence."""
    rows = list(load_matrix().rows.values())
    logs = []
    for number in range(4):
        results = [
            synthetic.result(row, f"check_{at}", client, Outcome.FAIL if at == 0 else Outcome.PASS)
            for row in rows[:40]
            for at in range(10)
            for client in synthetic.CLIENTS
        ]
        path = tmp_path / f"{number}.jsonl"
        logs.append(synthetic.write_log(path, results, generation=str(number)))
    text = reports.render("html", logs)
    assert sum(len(log.results) for log in logs) == 8_000
    assert len(text.encode()) < 8_000_000
    assert "a check that passes has one line here" in text
    page = _Page(text)
    assert {one for one in page.ids if one.startswith("outcome--")} >= {
        "outcome--create-bucket.check_9--3-raw",
        "outcome--create-bucket.check_0--0-boto3",
    }
    assert text.count('<pre class="cmd again"') == 800, "each failure can be run again"


def test_a_run_that_was_ended_early_is_said_to_be_incomplete(tmp_path: Path) -> None:
    log = synthetic.write_log(tmp_path / "log.jsonl", synthetic.ordinary()[:5], planned=9)
    assert log.footer is not None
    assert "Run did not finish" in reports.render("html", [log])
    assert "this table is incomplete" in reports.render("markdown", [log])
    assert 'type="incomplete"' in reports.render("junit", [log])
    assert "no verdict" in reports.render("badge", [log])


def test_html_says_that_a_run_crashed(crashed: RunLog) -> None:
    text = reports.render("html", [crashed])
    assert "Run did not finish" in text
    assert "The run log has no last line" in text


# JSON


@pytest.mark.parametrize("name", ["json", "shields"])
def test_json_keeps_to_its_schema(
    name: str, ordinary: RunLog, hostile: RunLog, crashed: RunLog
) -> None:
    schema = reports.schemas()[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    for logs in ([ordinary], [hostile, crashed]):
        text = reports.render(name, logs)
        assert text.isascii()
        jsonschema.validate(json.loads(text), schema)


def test_json_has_the_numbers_of_the_verdict(ordinary: RunLog) -> None:
    run = json.loads(reports.render("json", [ordinary]))["runs"][0]
    verdict = judge(ordinary)
    cells = [cell for row in run["rows"] for cell in row["cells"].values()]
    assert run["passed"] == verdict.passed == sum(cell["passed"] for cell in cells)
    assert run["claimed"] == verdict.claimed == sum(cell["claimed"] for cell in cells)
    assert sum(len(cell["checks"]) for cell in cells) == len(ordinary.results)


# Data loss and declared deviations


@pytest.fixture
def losing(tmp_path: Path) -> RunLog:
    """A hundred failures, and one far down that lost data."""
    fails = [
        synthetic.result(row, "fails", "boto3", Outcome.FAIL)
        for row in list(load_matrix().rows.values())[:20]
    ]
    return synthetic.write_log(tmp_path / "losing.jsonl", [*fails, synthetic.loss()])


def test_data_loss_is_the_first_thing_every_format_says(losing: RunLog) -> None:
    html = _Page(reports.render("html", [losing]))
    words = "".join(html.text).partition("Skip to the grid")[2]
    assert words.split()[:3] == ["‼", "Data", "loss"]
    assert words.index("object precious") < words.index("Loses data") < words.index("Fails in")
    markdown = reports.render("markdown", [losing]).splitlines()
    assert markdown[2:4] == ["> [!CAUTION]", "> **DATA LOSS in 1 outcome**"]
    assert "`object precious is gone" in markdown[5]
    root = ElementTree.fromstring(reports.render("junit", [losing]))
    cause = root.find(".//testcase/failure")
    assert cause.get("type") == "data loss"
    assert cause.get("message").startswith("DATA LOSS: 1 outcome: Data is lost in data-safety")
    first = root.findall("testsuite")[1].find(".//testcase/failure")
    assert first.get("type") == "data loss"
    assert first.get("message").startswith("DATA LOSS: object precious is gone")
    run = json.loads(reports.render("json", [losing]))["runs"][0]
    assert run["data_loss"] == ["data-safety.tagging_leaves_the_object[s3cmd]"]
    assert run["verdict"].startswith("DATA LOSS in 1 check; 21 checks fail")
    assert "DATA LOSS · " in reports.render("badge", [losing])
    shield = json.loads(reports.render("shields", [losing]))
    assert (shield["color"], shield["message"][:9]) == ("red", "DATA LOSS")


def test_data_loss_is_told_of_a_run_that_crashed_too(tmp_path: Path) -> None:
    log = synthetic.write_log(tmp_path / "log.jsonl", [synthetic.loss()], footer=False, planned=9)
    assert "DATA LOSS" in reports.render("badge", [log])
    assert "DATA LOSS in 1 check; the run ended before" in judge(log).sentence
    assert "> [!CAUTION]" in reports.render("markdown", [log])


def test_a_declared_deviation_is_shown_with_its_source_and_not_judged(tmp_path: Path) -> None:
    row = load_matrix().rows["delete-object"]
    results = [
        synthetic.result(row, "missing_key", "boto3", Outcome.DECLARED),
        synthetic.result(row, "gone", "boto3", Outcome.PASS),
    ]
    log = synthetic.write_log(tmp_path / "declared.jsonl", results)
    verdict = judge(log)
    assert (verdict.exit_code, verdict.passed, verdict.claimed) == (0, 1, 1)
    page = _Page(reports.render("html", [log]))
    assert "https://example.com/docs#delete" in page.addresses
    assert "“404, and on purpose”" in "".join(page.text)
    markdown = reports.render("markdown", [log])
    assert "✓ ≠" in markdown
    assert "404, and on purpose ([source](<https://example.com/docs#delete>))" in markdown
    cell = next(
        row["cells"]["boto3"]
        for row in json.loads(reports.render("json", [log]))["runs"][0]["rows"]
        if row["id"] == "delete-object"
    )
    assert cell["state"] == "declared"
    assert cell["checks"][0]["declared"]["cite"] == "https://example.com/docs#delete"


# JUnit


def test_junit_is_valid_for_the_ci_servers_that_read_it(
    ordinary: RunLog, hostile: RunLog, crashed: RunLog, tmp_path: Path
) -> None:
    schema = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
    empty = synthetic.write_log(tmp_path / "empty.jsonl", [])
    for logs in ([ordinary], [hostile, crashed, ordinary], [empty]):
        text = reports.render("junit", logs)
        schema.validate(text)
        root = ElementTree.fromstring(text)
        for tag, count in (("testcase", "tests"), ("failure", "failures"), ("error", "errors")):
            assert int(root.attrib[count]) == len(root.findall(f".//{tag}"))
        names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
        assert len(names) == len(set(names))


def test_junit_shows_each_outcome_for_what_it_is(tmp_path: Path) -> None:
    log = synthetic.write_log(tmp_path / "every.jsonl", synthetic.every_outcome())
    root = ElementTree.fromstring(reports.render("junit", [log]))
    shown = {
        str(case.get("name")).split("shows_")[1].removesuffix("[boto3]"): [
            (child.tag, child.get("type")) for child in case if child.tag != "system-out"
        ]
        for case in root.iter("testcase")
        if "shows_" in str(case.get("name"))
    }
    assert shown == {
        "pass": [],
        "fail": [("failure", "fail")],
        "error": [("error", "error")],
        "blocked": [("error", "blocked")],
        "declared": [("skipped", None)],
        "not_claimed": [("skipped", None)],
        "client_cannot": [("skipped", None)],
        "not_tried": [("skipped", None)],
        "observed": [("skipped", None)],
        "observed_blocked": [("skipped", None)],
    }
    assert [suite.get("name") for suite in root.iter("testsuite")] == [
        "causes",
        "data-safety",
        "get-object-range",
    ]
    declared = next(e for e in root.iter("skipped") if e.get("message", "").startswith("declared"))
    assert "404, and on purpose (https://example.com/docs#delete)" in declared.get("message", "")


def test_junit_has_a_case_for_a_crash(crashed: RunLog) -> None:
    root = ElementTree.fromstring(reports.render("junit", [crashed]))
    assert [error.get("type") for error in root.iter("error")] == ["incomplete"]


# Markdown


def test_markdown_cannot_be_injected_into(hostile: RunLog, ordinary: RunLog) -> None:
    text = reports.render("markdown", [hostile, ordinary])
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    inline = [child for token in tokens for child in token.children or []]
    blocks = [token.content for token in tokens if token.type == "html_block"]
    assert blocks == ["<!-- Made by `s3compat report --markdown` from measured outcomes. -->\n"]
    assert not [child for child in inline if child.type in ("html_inline", "image")]
    links = {child.attrs["href"] for child in inline if child.type == "link_open"}
    assert {link.split("/")[2] for link in links} == {"docs.aws.amazon.com", "example.com"}
    assert "https://example.com/docs#delete" in links, "a declared deviation's page"
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h3", "h3"]


def test_markdown_tables_keep_their_columns(hostile: RunLog) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(reports.render("markdown", [hostile]))
    tables: list[list[int]] = []
    for token in tokens:
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append(0)
        elif token.type in ("td_open", "th_open"):
            tables[-1][-1] += 1
    assert all(len(rows) > 2 for rows in tables)
    assert [set(rows) for rows in tables] == [{5}, {len(synthetic.CLIENTS) + 1}]


def test_markdown_has_the_command_the_mark_and_the_reason(tmp_path: Path) -> None:
    log = synthetic.write_log(tmp_path / "every.jsonl", synthetic.every_outcome())
    text = reports.render("markdown", [log])
    assert "⚠ `s3.get_object(Bucket='bck', Key='obj', Range='bytes=0-9')`[^s3compat-1]" in text
    failure = "Fails: Shows fail: `status: expected 206, got 501` (`get-object-range.shows_fail`)"
    assert failure in text
    assert "Not tested in this run: " in text


# Badge


def test_the_badge_never_rounds_up(tmp_path: Path) -> None:
    results = [r for r in synthetic.ordinary() if r.outcome is Outcome.PASS][:199]
    results.append(synthetic.every_outcome()[1])
    assert results[-1].outcome is Outcome.FAIL
    log = synthetic.write_log(tmp_path / "log.jsonl", results)
    assert json.loads(reports.render("shields", [log]))["message"] == "99% · 199 of 200"
    badge = ElementTree.fromstring(reports.render("badge", [log]))
    assert badge.get("aria-label") == "S3 conformance: 99% · 199 of 200"


def test_the_badge_has_no_number_for_a_crash_and_names_a_part(
    crashed: RunLog, ordinary: RunLog, tmp_path: Path
) -> None:
    assert json.loads(reports.render("shields", [crashed, ordinary])) == {
        "schemaVersion": 1,
        "label": "S3 conformance",
        "message": "no verdict",
        "color": "lightgrey",
        "isError": True,
    }
    good = [r for r in ordinary.results if r.outcome is Outcome.PASS]
    part = synthetic.write_log(tmp_path / "part.jsonl", good, selection={"rows": "get-*"})
    shield = json.loads(reports.render("shields", [part]))
    assert shield["label"] == "S3 conformance (part)"
    assert shield["color"] == "brightgreen"


def test_every_format_for_people_begins_with_the_causes(tmp_path: Path) -> None:
    log = synthetic.write_log(tmp_path / "every.jsonl", synthetic.every_outcome())
    [run] = make_overview([log], load_matrix()).runs
    title = run.causes[0].title

    words = " ".join("".join(_Page(reports.render("html", [log])).text).split())
    assert words.index(title) < words.index("What works, with which client")
    markdown = reports.render("markdown", [log])
    assert markdown.index(title.split(":")[0]) < markdown.index("| API |")
    first = ElementTree.fromstring(reports.render("junit", [log])).find("testsuite")
    assert first.get("name") == "causes"
    assert {case.get("name") for case in first.iter("testcase")} == {c.key for c in run.causes}


def test_the_largest_cause_stands_first_and_the_most_harmful_is_named(tmp_path: Path) -> None:
    def failed(number: int, looked_at: str, expected: str, actual: str) -> Result:
        seen = Expectation(
            f"GetObject: {looked_at}",
            expected,
            actual,
            False,
            operation="GetObject",
            answered="200",
        )
        name = f"get-object.{looked_at.replace(' ', '_')}_{number}"
        return synthetic.result(
            load_matrix().rows["get-object"],
            name.partition(".")[2],
            "raw",
            Outcome.FAIL,
            expectations=(seen,),
            calls=(),
        )

    lacking = [failed(number, "header ETag", '"x"', "absent") for number in range(3)]
    accepted = failed(0, "status", "412 PreconditionFailed", "200")
    log = synthetic.write_log(tmp_path / "log.jsonl", [accepted, *lacking])
    large, harmful = "Response header ETag is missing", "are not enforced"

    page = reports.render("html", [log])
    worst, listed = page.partition('class="worst"')[2].split(
        "All causes; those with the most outcomes come first"
    )
    assert worst.index(harmful) < worst.index(large)
    assert listed.index(large) < listed.index(harmful)
    target = worst.partition('href="#')[2].partition('"')[0]
    assert f'id="{target}"' in listed, "the name leads to the cause"
    assert "wrongly accepted</span>" in listed and "wrong header</span>" in listed
    cases = ElementTree.fromstring(reports.render("junit", [log])).find("testsuite")
    assert [case.get("name").partition("/")[0] for case in cases.iter("testcase")] == [
        "header",
        "not-enforced",
    ]
    alone = reports.render("html", [synthetic.write_log(tmp_path / "one.jsonl", lacking)])
    assert 'class="worst"' not in alone, "one cause needs no second list"


def test_the_page_says_each_cause_of_a_block_once_and_finds_what_differs_in_wording(
    tmp_path: Path,
) -> None:
    row = load_matrix().rows["get-object"]
    blocked = [
        synthetic.result(
            row,
            name,
            client,
            Outcome.BLOCKED,
            reason=f"setup: PutObject answered 503 SlowDown {n}",
        )
        for n, (name, client) in enumerate(
            [("one", "boto3"), ("one", "raw"), ("two", "boto3"), ("three", "boto3")]
        )
    ]
    differs = synthetic.result(
        row,
        "differs",
        "boto3",
        Outcome.PASS,
        expectations=(Expectation("GetObject: message", "a", "b", False, wording=True),),
    )
    other = synthetic.result(row, "four", "raw", Outcome.BLOCKED, reason="no shared bucket")
    log = synthetic.write_log(tmp_path / "run.jsonl", [*blocked, other, differs])
    text = reports.render("html", [log])
    assert [
        (int(number), cause)
        for number, cause in re.findall(r"<b>(\d+)</b> outcomes? by <code>([^<]*)</code>", text)
    ] == [(4, "PutObject answered 503 SlowDown"), (1, "no shared bucket")]
    assert text.count(" data-wording") == 1
    assert '<option value="wording">' in text
