"""What a deviation may change, on a server with operations of this test's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest

from server_ref import deviations
from server_ref.auth.credentials import Keyring, make_account
from server_ref.context import Context, Members
from server_ref.deviations import UnknownDeviation, declare, deviation, steps
from server_ref.errors import S3Error
from server_ref.gate.app import App
from server_ref.http.body import NoBody
from server_ref.identity import Credential
from server_ref.model import Service, compile_service
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams
from server_ref.settings import Settings

OWNER = make_account("111122223333")


class Store:
    """The least the gate asks of a store."""

    name = "plain"

    def bucket_owner(self, _name: str) -> str:
        return OWNER.canonical_id

    def bucket(self, name: str) -> NoReturn:
        raise S3Error("NoSuchBucket", BucketName=name)


def get_object(ctx: Any, members: Members) -> Members:
    if members["Key"] == "missing":
        raise S3Error("NoSuchKey", Key="missing")
    text = f"{members.get('Range')} {ctx.store.name}"
    return {"Body": text.encode(), "ETag": '"e"', "ContentType": "text/plain"}


def list_objects(_ctx: Context, members: Members) -> Members:
    return {"Name": members["Bucket"], "Contents": [{"Key": "a"}, {"Key": "b"}]}


@pytest.fixture(scope="module")
def service() -> Service:
    return compile_service()


Answer = Callable[..., Response]


@pytest.fixture
def answer(service: Service) -> Answer:
    """``answer(change, …)`` gives the response of a server with this change."""

    def ask(
        *changes: deviations.Change,
        target: str = "/b/k",
        headers: dict[str, str] | None = None,
        method: str = "GET",
    ) -> Response:
        seams = Seams(Settings(anonymous=True))
        seams.around_decide(lambda _decide, _ctx, _members: None)
        for change in changes:
            change(seams)
        keyring = Keyring((Credential("AKIA", "secret", OWNER),))
        handlers = {"GetObject": get_object, "ListObjects": list_objects}
        app = App(service, handlers, Store(), keyring, seams, lambda: datetime.now(UTC))
        request = Request(
            method, target, None, None, {}, {"host": "h", **(headers or {})}, NoBody(), "h"
        )
        return app.respond(request)

    return ask


def body(response: Response) -> bytes:
    assert isinstance(response.body, bytes)
    return response.body


def test_no_deviation(answer: Answer) -> None:
    response = answer(headers={"range": "bytes=0-1"})
    assert (response.status, body(response)) == (200, b"bytes=0-1 plain")
    assert response.headers["ETag"] == '"e"'
    assert response.headers["Server"] == "AmazonS3"


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        (steps.ignore_member("GetObject", "Range"), 200, b"None plain"),
        (steps.ignore_member("Get*", "Range"), 200, b"None plain"),
        (steps.ignore_member(("PutObject", "*"), "Range"), 200, b"None plain"),
        (steps.ignore_member("PutObject", "Range"), 200, b"bytes=0-1 plain"),
        (steps.ignore_header("Range"), 200, b"None plain"),
        (steps.force_member("GetObject", "Range", "x"), 200, b"x plain"),
        (steps.set_status("GetObject", 200, 201), 201, b"bytes=0-1 plain"),
        (steps.set_status("GetObject", 206, 201), 200, b"bytes=0-1 plain"),
        (steps.edit_body("GetObject", bytes.upper), 200, b"BYTES=0-1 PLAIN"),
        (steps.do_nothing("GetObject", {"Body": b"x"}), 200, b"x"),
        (steps.refuse("GetObject", "NotModified"), 304, b""),
    ],
)
def test_steps(answer: Answer, change: deviations.Change, status: int, text: bytes) -> None:
    response = answer(change, headers={"range": "bytes=0-1"})
    assert (response.status, body(response)) == (status, text)


def test_headers(answer: Answer) -> None:
    response = answer(
        steps.drop_header("GetObject", "etag", "Date"),
        steps.set_header("GetObject", "content-type", "a/b"),
        steps.set_header("GetObject", "Server", lambda value: value.lower()),
        steps.set_header("GetObject", "X-Absent", lambda value: value),
    )
    assert response.headers["Content-Type"] == "a/b"
    assert response.headers["Server"] == "amazons3"
    assert not {"ETag", "Date", "X-Absent"} & set(response.headers)


def test_members_of_the_answer(answer: Answer) -> None:
    assert "ETag" not in answer(steps.drop_member("GetObject", "ETag")).headers

    def backwards(members: Members) -> None:
        members["Contents"].reverse()

    listing = body(answer(steps.edit_members("List*", backwards), target="/b"))
    assert listing.find(b"<Key>b") < listing.find(b"<Key>a")


def test_errors(answer: Answer) -> None:
    plain = answer(target="/b/missing")
    assert plain.status == 404
    assert b"<Code>NoSuchKey</Code>" in body(plain)
    assert b"<Key>missing</Key><RequestId>" in body(plain)
    other = answer(steps.replace_error("*", "NoSuchKey", "AccessDenied"), target="/b/missing")
    assert other.status == 403
    assert b"<Code>AccessDenied</Code><Message>Access Denied</Message>" in body(other)
    only = answer(steps.replace_error("*", "NoSuchKey", status=410), target="/b/missing")
    assert (only.status, b"NoSuchKey" in body(only)) == (410, True)
    bare = answer(steps.drop_error_member("*", "NoSuchKey", "Key"), target="/b/missing")
    assert b"<Key>" not in body(bare)
    swallowed = answer(steps.swallow_error("GetObject", "NoSuchKey"), target="/b/missing")
    assert (swallowed.status, body(swallowed)) == (200, b"")
    assert body(answer(target="/b/missing", method="HEAD")) == b""


def test_before_the_gate(answer: Answer) -> None:
    def change(server: Seams) -> None:
        @server.on_request
        def teapot(request: Request) -> Response | None:
            return Response(418) if request.key == "tea" else None

    assert answer(change, target="/b/tea").status == 418
    assert answer(change, target="/b/coffee").status == 200


def test_store_parse_route_decide(answer: Answer) -> None:
    class Renamed(steps.StoreProxy):
        name = "renamed"

    assert body(answer(lambda server: server.wrap_store(Renamed))) == b"None renamed"

    def routed(server: Seams) -> None:
        @server.around_route
        def always(_route: Callable[[Request], str], _request: Request) -> str:
            return "ListObjects"

    assert b"ListBucketResult" in body(answer(routed))

    def refused(server: Seams) -> None:
        @server.around_decide
        def no(_decide: Any, _ctx: Context, _members: Members) -> None:
            raise S3Error("AccessDenied")

    assert answer(refused).status == 403


def test_a_fault_of_a_deviation_is_a_500(answer: Answer) -> None:
    def change(server: Seams) -> None:
        @server.on_response("GetObject")
        def broken(_exchange: Exchange, _response: Response) -> None:
            raise RuntimeError("ours")

    assert answer(change).status == 500


def test_unimplemented(answer: Answer) -> None:
    response = answer(target="/b?acl")
    assert response.status == 501
    assert b"<Code>NotImplemented</Code>" in body(response)


def test_declaring() -> None:
    name = "test-only-deviation"
    declare(name, "A sentence.", steps.lenient("signature"))
    try:
        with pytest.raises(ValueError, match="two deviations"):
            deviation(name, "Another.")(lambda _server: None)
        seams = Seams(Settings())
        deviations.apply([name], seams)
        assert not seams.strictness.signature
        assert seams.strictness.expiry
    finally:
        del deviations._deviations[name]
    with pytest.raises(UnknownDeviation):
        deviations.apply([name], Seams(Settings()))
    with pytest.raises(ValueError, match="changes nothing"):
        declare("empty", "Nothing.")


def test_every_deviation_can_be_applied() -> None:
    for name, found in deviations.discover().items():
        assert found.sentence.endswith("."), name
        deviations.apply([name], Seams(Settings()))


def test_an_untouched_server_has_nothing_around_its_steps() -> None:
    """So that what no deviation uses costs a plain server nothing."""
    seams = Seams(Settings())
    step: Any = object()

    assert seams.locate(step) is step
    assert seams.route(step) is step
    assert seams.parse(step) is step
    assert seams.decide(step) is step
    assert seams.serialise(step) is step
    assert seams.store(step) is step
    assert seams.handlers({"GetObject": step})["GetObject"] is step
    assert seams.answers_untouched
    assert tuple(seams.front(step, None, "owner").applications) == (step,)
