"""The documentation's table again: a footnote where it differs, and its sentences judged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

import reports
from conformance.model import Call, Declaration, Exchange, Message, Outcome, Result, RunLog
from conformance.trial.check import discover, hold_to_checks
from matrix import MatrixError, Says, load_matrix, load_profile
from reports.formats import documented
from reports.formats.documented import FORMAT as DOCUMENTED
from reports.statements import Shown, statements
from tests.reports import synthetic
from tests.reports.runs import logged, one


def result(check: str, client: str, outcome: Outcome, **changes: object) -> Result:
    row, _, name = check.partition(".")
    return synthetic.result(load_matrix().rows[row], name, client, outcome, **changes)


def log(path: Path, *results: Result) -> RunLog:
    return synthetic.write_log(path, results, profile="aistore-3.12")


REDIRECTED = (
    Call(
        operation="PutObject",
        client="boto3",
        exchanges=(
            Exchange("http://x", Message("PUT /b/k HTTP/1.1"), Message("HTTP/1.1 307 Redirect")),
        ),
    ),
)


def shown(log: RunLog, words: str) -> Shown:
    found = statements(log, load_profile("aistore-3.12"))
    return next(one.shown for one in found if one.says.words.startswith(words))


@pytest.mark.parametrize(
    ("words", "results", "expected"),
    [
        ("Multi-object", [("boto3", Outcome.PASS)], Shown.CONFIRMED),
        ("Multi-object", [("boto3", Outcome.PASS), ("raw", Outcome.FAIL)], Shown.CONTRADICTED),
        ("Multi-object", [("boto3", Outcome.CLIENT_CANNOT)], Shown.NOT_SHOWN),
        ("Multi-object", [("boto3", Outcome.BLOCKED)], Shown.NOT_SHOWN),
        ("Multi-object", [], Shown.NOT_SHOWN),
    ],
)
def test_a_sentence_is_confirmed_contradicted_or_not_shown(
    words: str, results: Sequence[tuple[str, Outcome]], expected: Shown, tmp_path: Path
) -> None:
    made = [result("delete-objects.every_key_named_is_deleted", *one) for one in results]
    assert shown(log(tmp_path / "log.jsonl", *made), words) is expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.NOT_CLAIMED, Shown.CONFIRMED),
        (Outcome.FAIL, Shown.CONFIRMED),
        (Outcome.PASS, Shown.CONTRADICTED),
    ],
)
def test_a_limit_is_confirmed_by_what_does_not_work(
    outcome: Outcome, expected: Shown, tmp_path: Path
) -> None:
    made = result("upload-part-copy.whole_object_becomes_a_part", "raw", outcome)
    assert shown(log(tmp_path / "log.jsonl", made), "Multipart upload, with the only") is expected


def test_a_sentence_about_one_client_is_shown_by_that_client(tmp_path: Path) -> None:
    check = "copy-object.copy_keeps_the_content"
    other = log(tmp_path / "1.jsonl", result(check, "boto3", Outcome.PASS))
    assert shown(other, "s3cmd performs GET") is Shown.NOT_SHOWN
    own = log(tmp_path / "2.jsonl", result(check, "s3cmd", Outcome.PASS))
    assert shown(own, "s3cmd performs GET") is Shown.CONTRADICTED


def test_a_request_that_stayed_with_a_redirect_shows_nothing(tmp_path: Path) -> None:
    stuck = result(
        "delete-objects.every_key_named_is_deleted", "boto3", Outcome.FAIL, calls=REDIRECTED
    )
    assert shown(log(tmp_path / "log.jsonl", stuck), "Multi-object") is Shown.NOT_SHOWN


def row_of(text: str, api: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {api} "))
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_a_footnote_stands_only_where_the_page_is_not_so(tmp_path: Path) -> None:
    text = reports.render(
        "documented",
        [
            log(
                tmp_path / "log.jsonl",
                result("create-bucket.works", "s3cmd", Outcome.PASS),
                result("create-bucket.works", "aws-s3", Outcome.FAIL, title="It works"),
                result("get-object-range.works", "s3cmd", Outcome.CLIENT_CANNOT),
                result("last-modified.works", "s3cmd", Outcome.PASS),
                result("put-object.works", "aws-s3", Outcome.FAIL, calls=REDIRECTED),
                result("delete-bucket.works", "aws-s3", Outcome.DECLARED, title="Gone"),
            )
        ],
    )
    assert row_of(text, "Create bucket")[2:] == [
        "`s3cmd mb`",
        "`aws s3 mb` **does not work**[^measured-1]",
    ]
    assert "[^measured-1]: 0 of 1 checks pass; not so: It works (aws-s3: " in text
    assert row_of(text, "GET object(range)")[2] == "Not supported"
    assert row_of(text, "Last modification time")[2].startswith("-[^measured-")
    assert "the page says nothing; 1 of 1 checks pass" in text
    assert "1 checks stay with a redirect (aws-s3)" in text
    assert "as declared elsewhere: Gone (aws-s3: " in text
    assert "Not measured: the column AIS CLI and comments." in text
    assert text.count("\n[^measured-") == text.count("[^measured-") // 2


def test_it_has_the_shape_of_the_page(tmp_path: Path) -> None:
    text = reports.render("documented", [log(tmp_path / "log.jsonl")])
    lines = text.splitlines()
    start = lines.index("| API | AIS CLI and comments | s3cmd | aws CLI |")
    body = lines[start + 2 : lines.index("", start)]
    assert len(body) == 15
    assert "[^" not in text, "nothing was measured, so nothing differs"


def test_it_is_written_unasked_only_where_the_profile_has_a_table(tmp_path: Path) -> None:
    fits = reports.formats()["documented"].fits
    assert fits is not None
    assert fits([log(tmp_path / "1.jsonl")])
    assert not fits([synthetic.write_log(tmp_path / "2.jsonl", [])])


def test_a_sentence_that_no_check_can_show_is_refused() -> None:
    profile = load_profile("aistore-3.12")
    hold_to_checks(profile, discover())
    wrong = Says(words="w", cite="https://example.com", shown_by=("get-object.nothing_*",))
    with pytest.raises(MatrixError, match=r"get-object\.nothing_"):
        hold_to_checks(msgspec.structs.replace(profile, says=(wrong,)), discover())


def test_the_page_has_the_sentences_contradictions_first(tmp_path: Path) -> None:
    text = reports.render(
        "html",
        [
            log(
                tmp_path / "log.jsonl",
                result("delete-objects.every_key_named_is_deleted", "raw", Outcome.PASS),
                result("copy-object.copy_keeps_the_content", "s3cmd", Outcome.PASS),
            )
        ],
    )
    section = text[text.index("What the server's documentation says") :]
    section = section[: section.index("</section>")]
    assert "3 sentences confirmed, 1 contradicted" in section
    assert section.index("s3cmd performs GET") < section.index("Multi-object deletion")
    assert 'href="#outcome--copy-object.copy_keeps_the_content--0-s3cmd"' in section
    plain = synthetic.write_log(tmp_path / "plain.jsonl", synthetic.every_outcome())
    assert "What the server's documentation says" not in reports.render("html", [plain])


def test_a_cell_that_does_not_work_is_seen_among_those_with_footnotes(tmp_path: Path) -> None:
    text = reports.render(
        "documented",
        [
            log(
                tmp_path / "log.jsonl",
                result("put-object.works", "s3cmd", Outcome.PASS),
                result("put-object.other", "s3cmd", Outcome.FAIL),
                result("get-object.works", "s3cmd", Outcome.FAIL),
            )
        ],
    )
    assert row_of(text, "PUT object")[2] == "`s3cmd put ...`[^measured-1]"
    assert row_of(text, "GET object")[2] == "`s3cmd get ...` **does not work**[^measured-2]"


def test_a_cell_whose_sentence_is_contradicted_has_a_footnote(tmp_path: Path) -> None:
    made = [
        result("last-modified.listing_keeps_the_time_when_read", "raw", Outcome.PASS),
        result("copy-object.copy_keeps_the_content", "ais", Outcome.PASS),
    ]
    text = reports.render("documented", [log(tmp_path / "log.jsonl", *made)])
    assert "[^measured-" in row_of(text, "Last modification time")[1]
    assert "contradicted: AIS tracks object last access time" in text
    assert "[^measured-" in row_of(text, "Copy object in")[1]
    assert "contradicted: we have yet to implement our native CLI to copy objects" in text


def test_todays_page_has_its_own_table(tmp_path: Path) -> None:
    made = synthetic.write_log(
        tmp_path / "log.jsonl",
        [result("get-object-range.works", "aws-s3api", Outcome.PASS)],
        profile="aistore",
    )
    text = reports.render("documented", [made])
    lines = text.splitlines()
    start = lines.index("| S3 feature | AIS | s3cmd | aws CLI |")
    assert len(lines[start + 2 : lines.index("", start)]) == 8
    assert row_of(text, "Range reads")[2:] == ["—", "✅ `get-object --range`"]


def test_a_declared_deviation_without_a_source(tmp_path: Path) -> None:
    said = Declaration("on purpose", "javascript:alert(1)")
    log = logged(tmp_path, one("a", Outcome.DECLARED, declared=said))

    assert "as declared, on purpose: A: " in reports.render("markdown", [log])
    assert DOCUMENTED.fits is not None
    assert not DOCUMENTED.fits([log])


@pytest.mark.parametrize(
    ("says", "outcomes", "told"),
    [
        ("Supported", [Outcome.PASS], ""),
        ("Supported", [Outcome.PASS, Outcome.FAIL], "1 of 2 checks pass; not so: "),
        ("—", [Outcome.PASS, Outcome.FAIL], "the page says nothing; 1 of 2 checks pass"),
        ("—", [Outcome.FAIL], ""),
        ("Not supported", [Outcome.PASS, Outcome.FAIL], "works after all: 1 of 2 checks pass"),
        ("Not supported yet", [Outcome.FAIL], ""),
        ("Supported", [Outcome.CLIENT_CANNOT, Outcome.NOT_TRIED], ""),
        ("Supported", [Outcome.DECLARED], "as declared elsewhere: "),
    ],
)
def test_what_is_said_beside_a_cell(says: str, outcomes: list[Outcome], told: str) -> None:
    results = [result("put-object.etag_is_the_md5", "boto3", one) for one in outcomes]

    said = documented._difference(results, documented._judged(results), says)

    assert said.startswith(told)
    assert bool(said) is bool(told)


def test_only_what_shows_something_of_a_cell_is_judged() -> None:
    kept = [
        result("delete-objects.a", "raw", Outcome.PASS),
        result("delete-objects.b", "raw", Outcome.FAIL),
        result("delete-objects.c", "raw", Outcome.PASS, calls=REDIRECTED),
    ]
    others = [
        result("delete-objects.d", "raw", Outcome.FAIL, calls=REDIRECTED),
        result("delete-objects.e", "raw", Outcome.PASS, verified="observed"),
        result("delete-objects.f", "raw", Outcome.BLOCKED),
    ]

    assert documented._judged([*others, *kept]) == kept
