"""What is told of a cause: what was asked, what came, what S3 does, and what was lost."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import reports
from conformance.model import Body, Call, Exchange, Expectation, Message, Outcome, Result
from matrix import load_matrix
from reports.formats.markdown import first_causes
from reports.overview import make_overview
from reports.page import Page
from tests.reports import synthetic
from tests.reports.runs import logged, one


def exchanged(line: str, status: int, code: str = "", **headers: str) -> Exchange:
    """A request and its answer."""
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    body = Body(text=f"<Error><Code>{code}</Code></Error>" if code else "")
    return Exchange(
        "http://127.0.0.1",
        Message(f"{line} HTTP/1.1", headers=sent),
        Message(f"HTTP/1.1 {status} x", body=body),
    )


def test_the_first_causes_say_what_was_asked_what_came_and_what_s3_does(tmp_path: Path) -> None:
    calls = (
        Call(
            "PutObject",
            exchanges=(
                exchanged(
                    "PUT /b/k", 400, "InvalidRequest", x_amz_acl="private", x_amz_date="20261127"
                ),
            ),
        ),
        Call(
            "HeadObject",
            exchanges=(Exchange("http://127.0.0.1", Message("HEAD /b/k HTTP/1.1")),) * 2,
        ),
    )
    failing = msgspec.structs.replace(one("f", Outcome.FAIL), calls=calls)
    log = logged(tmp_path, failing)
    server = {"name": "moto", "version": "5.2.5", "package": "moto", "source": "pip"}
    log = replace(log, header=msgspec.structs.replace(log.header, server=server))
    [run] = make_overview([log], load_matrix()).runs

    told = "\n".join(first_causes(run))

    assert f"**Cause 1: {run.causes[0].title}**" in told
    assert "`PUT /b/k with x-amz-acl: private → 400 InvalidRequest`" in told
    assert "`HEAD /b/k → no answer (2 times)`" in told
    assert f"]({failing.spec})" in told and f"--check '{failing.id}'" in told
    assert first_causes(replace(run, causes=())) == []
    markdown = reports.render("markdown", [log])
    assert "`5.2.5` (`pip: moto`) at `" in markdown and "**Cause 1: " in markdown
    page = reports.render("html", [log])
    told_by = "Amazon S3 was recorded to answer so (2026-02)."
    assert "HEAD /b/k → no answer" in page and "Amazon's page." in page
    assert f"How this is known: {told_by}" in html.unescape(page)


def test_a_cause_says_what_data_was_lost_and_in_how_many_of_its_outcomes(tmp_path: Path) -> None:
    def accepted(name: str, *, lost: bool) -> Result:
        write = Call("PutObject", exchanges=(exchanged("PUT /b/k?partNumber=1", 200, ""),))
        seen = Expectation("PutObject: status", "400 InvalidArgument", "200", ok=False,
                           operation="PutObject", answered="200")  # fmt: skip
        gone = Expectation("object k", "still as it was", "overwritten: b'x'", ok=False, lost=True)
        return msgspec.structs.replace(
            one(name, Outcome.FAIL), calls=(write,), expectations=(seen, gone) if lost else (seen,)
        )

    log = logged(tmp_path, accepted("f", lost=True), accepted("g", lost=False))
    [run] = make_overview([log], load_matrix()).runs

    told = "PUT /bucket/key?partNumber: the object is overwritten"
    means = "stored data is destroyed or overwritten in 1 of them"
    assert f"- lost: `{told}`" in "\n".join(first_causes(run))
    assert means in reports.render("markdown", [log])
    page = reports.render("html", [log])
    assert f"Data that was lost: <code>{told}</code>" in page and "data lost in 1</span>" in page
    assert means in reports.render("junit", [log])


@pytest.mark.parametrize(("looked_at", "named"), [(["ETag"], False), (["ETag", "Date"], True)])
def test_of_several_causes_the_worst_are_named_first(
    tmp_path: Path, looked_at: list[str], named: bool
) -> None:
    results = [
        synthetic.result(
            load_matrix().rows["get-object"],
            f"lacks_{name}_{number}",
            "raw",
            Outcome.FAIL,
            expectations=(
                Expectation(
                    f"GetObject: header {name}", '"x"', "absent", False, False, False,
                    "GetObject", "200",
                ),
            ),
            calls=(),
        )
        for name in looked_at
        for number in range(2)
    ]  # fmt: skip
    log = synthetic.write_log(tmp_path / "log.jsonl", results)
    assert ('class="worst"' in reports.render("html", [log])) is named


def test_a_cause_has_the_server_s_message_and_what_its_documentation_says(tmp_path: Path) -> None:
    refused = exchanged("PUT /b?acl", 400, "MalformedXML")
    words = "<Error><Code>MalformedXML</Code><Message>Not &quot;so&quot;.</Message></Error>"
    answer = msgspec.structs.replace(refused.response, body=Body(text=words))  # type: ignore[type-var]  # it has one
    refused = msgspec.structs.replace(refused, response=answer)
    failing = [
        msgspec.structs.replace(
            one(name, Outcome.FAIL),
            calls=(Call("PutBucketAcl", exchanges=(refused,)),),
            expectations=(
                Expectation("PutBucketAcl: status", "2xx", "400 MalformedXML", ok=False,
                            operation="PutBucketAcl", answered="400 MalformedXML"),
            ),
            claim=claim,
        )
        for name, claim in (("a", "supported"), ("b", "unsupported"), ("c", "unsupported"))
    ]  # fmt: skip
    page = reports.render("html", [logged(tmp_path, *failing)])

    assert "The server&#39;s message: <q>Not &#34;so&#34;.</q>." in page.replace("'", "&#39;")
    assert "In 2 of these outcomes the server's documentation says" in page
    assert '<b class="number">1.</b>' in page


def test_deleted_buckets_are_the_first_of_what_was_lost(tmp_path: Path) -> None:
    def losing(name: str, what: str) -> Result:
        gone = Expectation(what, "still as it was", "gone", ok=False, lost=True)
        return msgspec.structs.replace(one(name, Outcome.FAIL), expectations=(gone,))

    log = logged(tmp_path, losing("a", "object k"), losing("b", "bucket b"))
    page = Page(make_overview([log], load_matrix()))

    assert [
        pairs[0][1].check.rpartition(".")[2] for item in page.losses for _, pairs in item.reasons
    ] == ["b", "a"]


def test_a_message_of_a_part_of_the_outcomes_says_of_how_many(tmp_path: Path) -> None:
    def failing(name: str, message: str) -> Result:
        words = f"<Error><Code>InvalidPart</Code>{message}</Error>"
        answer = Message("HTTP/1.1 400 x", body=Body(text=words))
        exchange = Exchange("http://127.0.0.1", Message("POST /b/k?uploadId=u HTTP/1.1"), answer)
        name_of, came = "CompleteMultipartUpload", "400 InvalidPart"
        seen = Expectation(
            f"{name_of}: status", "2xx", came, ok=False, operation=name_of, answered=came
        )
        call = Call(name_of, exchanges=(exchange,))
        return msgspec.structs.replace(one(name, Outcome.FAIL), calls=(call,), expectations=(seen,))

    said = "<Message>Not so.</Message>"
    page = reports.render(
        "html", [logged(tmp_path, failing("a", said), failing("b", said), failing("c", ""))]
    )

    assert "message: <q>Not so.</q> (in 2 outcomes)." in page


def test_each_check_that_lost_data_is_an_example(tmp_path: Path) -> None:
    def losing(name: str) -> Result:
        gone = Expectation("object k", "still as it was", "gone", ok=False, lost=True)
        return msgspec.structs.replace(one(name, Outcome.FAIL), expectations=(gone,))

    log = logged(tmp_path, losing("a"), losing("b"))
    page = Page(make_overview([log], load_matrix()))

    assert len(page.causes[0][1]) == 1, "of one cause"
    assert {result.check.rpartition(".")[2] for result in page.examples(4)} == {"a", "b"}
