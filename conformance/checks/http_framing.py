"""Checks of HTTP/1.1 itself, on connections of their own: lengths, interim answers, pipelining."""

from __future__ import annotations

import re

from conformance.trial import Answers, Trial, check

MESSAGE = "https://www.rfc-editor.org/rfc/rfc9112"
SEMANTICS = "https://www.rfc-editor.org/rfc/rfc9110"
ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
CLOSE = {"Connection": "close"}


def _path(t: Trial, name: str) -> str:
    return f"/{t.bucket}/{t.key(name)}"


@check(
    "http-framing", proved_by=["framing-unchecked"], only=("raw",), spec=f"{MESSAGE}#section-6.3"
)
def two_lengths_are_refused(t: Trial) -> None:
    """Two Content-Length headers that differ: 400, and nothing is stored."""
    made = t.signed("PUT", _path(t, "smuggled"), body=b"12345", after=CLOSE)

    answers = t.wire(made.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n", 1))

    t.expect.equal([got.status for got in answers], [400], "statuses of the answers")
    t.expect.no_keys(t.given.call("ListObjectsV2", Prefix=t.prefix))


@check(
    "http-framing", proved_by=["framing-unchecked"], only=("raw",), spec=f"{MESSAGE}#section-6.1"
)
def length_that_is_no_number_is_refused(t: Trial) -> None:
    """A Content-Length that is not a number of digits, an empty one too: 400."""
    made = t.signed("PUT", _path(t, "smuggled"), body=b"12345", after=CLOSE)

    for length in (b"+5", b"", b"-5", b"5a"):
        answers = t.wire(re.sub(rb"(?i)content-length: *5", b"Content-Length: " + length, made))

        first = [got.status for got in answers][:1]
        t.expect.equal(first, [400], f"status of the answer to {length.decode()!r}")


@check(
    "http-framing", proved_by=["framing-unchecked"], only=("raw",), spec=f"{MESSAGE}#section-6.1"
)
def length_and_chunked_are_refused_or_the_end(t: Trial) -> None:
    """Content-Length beside Transfer-Encoding: one answer at most, then the connection ends.

    What follows the chunked body must never be read as a second request. A server may refuse
    such a request, or go by the chunks (RFC 9112, 6.3).
    """
    t.given.object("plain", b"12345")
    t.expect.body(t.look("GetObject", Key="plain"), b"12345")  # without the second header it is
    made = t.signed("PUT", _path(t, "smuggled"), body=b"12345")
    head, _, _ = made.partition(b"\r\n\r\n")
    hidden = t.signed("GET", _path(t, "smuggled"))

    answers = t.wire(head + b"\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden)

    t.expect.true(len(answers) <= 1, f"{len(answers)} answers came, at most one")
    for got in answers:  # an error of its own is no decision about the request
        t.expect.true(got.status != 500, f"status {got.status} is no failure of the server", of=got)


@check(
    "http-framing",
    proved_by=["missing-length-accepted"],
    only=("raw",),
    spec=ERRORS,
    level="should",
)
def length_is_needed(t: Trial) -> None:
    """A PUT without Content-Length and without chunks: 411 MissingContentLength."""
    made = t.signed(
        "PUT", _path(t, "endless"), body=b"12345", headers={"Transfer-Encoding": "x"}, after=CLOSE
    )

    answers = t.wire(made.replace(b"\r\nTransfer-Encoding: x", b"", 1))

    t.expect.error(answers.first, 411, "MissingContentLength")


@check(
    "http-framing",
    proved_by=["connection-not-kept"],
    only=("raw",),
    level="should",
    spec=f"{MESSAGE}#section-9.3.2",
)
def pipelined_requests_are_answered_in_order(t: Trial) -> None:
    """Two requests in one packet get two answers, in their order, on the one connection.

    A server may end it after any answer, where that answer says so.
    """
    t.given.object("one", b"first")
    t.given.object("two", b"second")

    answers = t.wire(
        t.signed("GET", _path(t, "one")) + t.signed("GET", _path(t, "two"), after=CLOSE)
    )

    _expect_in_order(t, answers, (200, b"first"), (200, b"second"))


@check(
    "http-framing",
    proved_by=["connection-not-kept"],
    only=("raw",),
    level="should",
    spec=f"{MESSAGE}#section-9.3",
)
def connection_survives_an_error(t: Trial) -> None:
    """After a 404 the connection is still good for the next request, or its end was announced."""
    t.given.object("there", b"here I am")

    answers = t.wire(
        t.signed("GET", _path(t, "not-there")) + t.signed("GET", _path(t, "there"), after=CLOSE)
    )

    _expect_in_order(t, answers, (404, None), (200, b"here I am"))


def _expect_in_order(t: Trial, answers: Answers, *expected: tuple[int, bytes | None]) -> None:
    """Each of these statuses and bodies (None: any), up to an end that was announced.

    That there was none is wording: clients open another connection.
    """
    came = [(got.status, got.wire_body) for got in answers]
    believed = 0 < len(came) < len(expected) and answers.announced_end
    wanted = expected[: len(came)] if believed else expected
    t.expect.equal([status for status, _ in came], [status for status, _ in wanted], "statuses")
    for (_, body), (_, whole) in zip(came, wanted, strict=False):
        if whole is not None:
            t.expect.equal(body, whole, "body")
    t.expect.wording.true(not believed, "the connection goes on", of=answers.first)


def _expect_nothing_between(t: Trial, answers: Answers, status: int) -> None:
    """The answer to a HEAD, then at once that to a GET; or the end of the connection, announced.

    Whether a connection is kept is another check's question.
    """
    t.expect.status(answers.first, status)
    if len(answers) == 1 and answers.announced_end:
        noted = [one.note for call in t.calls for one in call.exchanges if one.note]
        unasked = [note for note in noted if "answer no request" in note]
        t.expect.equal(unasked, [], "bytes after the head")
        return
    lines = [one.exchange.response.start_line for one in answers if one.exchange]  # type: ignore[union-attr]  # answered
    versions = [line.partition(" ")[0] for line in lines]
    t.expect.equal(versions, ["HTTP/1.1", "HTTP/1.1"], "what each answer begins with")
    t.expect.equal([got.status for got in answers], [status, 200], "statuses")
    t.expect.equal([got.wire_body for got in answers], [b"", b"here I am"], "bodies")


@check(
    "http-framing",
    proved_by=["head-has-a-body"],
    only=("raw",),
    level="should",
    spec=f"{SEMANTICS}#section-9.3.2",
)
def head_has_no_body(t: Trial) -> None:
    """HEAD answers a Content-Length and no body: nothing, or the next answer, follows its head."""
    t.given.object("there", b"here I am")

    answers = t.wire(
        t.signed("HEAD", _path(t, "there")) + t.signed("GET", _path(t, "there"), after=CLOSE)
    )

    _expect_nothing_between(t, answers, 200)


@check(
    "http-framing",
    proved_by=["head-has-a-body"],
    only=("raw",),
    level="should",
    spec=f"{SEMANTICS}#section-9.3.2",
)
def head_of_a_missing_key_has_no_body(t: Trial) -> None:
    """HEAD of a key that is not there has no error body, whatever follows."""
    t.given.object("there", b"here I am")

    answers = t.wire(
        t.signed("HEAD", _path(t, "not-there")) + t.signed("GET", _path(t, "there"), after=CLOSE)
    )

    _expect_nothing_between(t, answers, 404)


@check(
    "http-framing",
    proved_by=["connection-close-ignored"],
    only=("raw",),
    spec=f"{MESSAGE}#section-9.6",
    level="should",
)
def connection_ends_when_asked(t: Trial) -> None:
    """`Connection: close` is the last request of its connection: what follows gets no answer."""
    t.given.object("there", b"here I am")

    answers = t.wire(
        t.signed("GET", _path(t, "there"), after=CLOSE)
        + t.signed("GET", _path(t, "there"), after=CLOSE)
    )

    t.expect.equal([got.status for got in answers], [200], "statuses")


@check(
    "http-framing",
    proved_by=["http-1-0-refused"],
    only=("raw",),
    spec=f"{SEMANTICS}#section-2.5",
    level="should",
)
def http_1_0_is_answered(t: Trial) -> None:
    """A request of HTTP/1.0 is answered, without chunks, and the connection ends."""
    t.given.object("there", b"here I am")
    made = t.signed("GET", _path(t, "there")).replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", 1)

    answers = t.wire(made)

    t.expect.equal([got.status for got in answers], [200], "statuses")
    t.expect.equal([got.wire_body for got in answers], [b"here I am"], "bodies")
    for got in answers:
        t.expect.no_header(got, "Transfer-Encoding")


@check(
    "http-framing",
    proved_by=["host-optional"],
    only=("raw",),
    spec=f"{MESSAGE}#section-3.2",
    level="should",
)
def host_is_needed(t: Trial) -> None:
    """A request of HTTP/1.1 without a Host header: 400."""
    made = t.signed("GET", _path(t, "x"), after=CLOSE)

    answers = t.wire(re.sub(rb"(?i)\r\nhost: [^\r]*", b"", made, count=1))

    t.expect.equal([got.status for got in answers], [400], "statuses")


@check(
    "http-framing",
    proved_by=["range-ignored"],
    only=("raw",),
    spec=f"{SEMANTICS}#section-5.1",
)
def header_names_are_caseless(t: Trial) -> None:
    """The names of headers may be written in any case."""
    t.given.object("there", b"0123456789")
    made = t.signed("GET", _path(t, "there"), headers={"range": "bytes=0-3"}, after=CLOSE)

    answers = t.wire(made.replace(b"range: ", b"rAnGe: ", 1))

    t.expect.status(answers.first, 206)


@check(
    "http-framing",
    proved_by=["date-missing"],
    only=("raw",),
    spec=f"{SEMANTICS}#section-6.6.1",
    level="should",
)
def answer_has_a_date(t: Trial) -> None:
    """Every answer of a server with a clock has a Date."""
    got = t.raw("GET", _path(t, "not-there"))

    t.expect.error(got, 404, "NoSuchKey")
    t.expect.header(got, "Date", re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"))


@check(
    "http-framing",
    proved_by=["huge-headers-accepted"],
    only=("raw",),
    level="should",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html",
)
def endless_headers_are_refused(t: Trial) -> None:
    """A header section of 64 KiB is refused with a client error."""
    t.given.object("there", b"x")
    made = t.signed("GET", _path(t, "there"), after=CLOSE)

    answers = t.wire(made.replace(b"\r\n\r\n", b"\r\nx-long: " + b"a" * 65_536 + b"\r\n\r\n", 1))

    statuses = [got.status for got in answers]
    t.expect.true(len(answers) <= 1, "there is one answer at most")
    t.expect.true(all(400 <= status < 500 for status in statuses), f"{statuses} are refusals")
    control = t.raw("GET", _path(t, "there"))
    t.expect.status(control, 200)
    t.expect.body(control, b"x")
