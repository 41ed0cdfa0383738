"""Sentences of a documentation: what confirms them, and who stays with a redirect."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from conformance.model import Call, Outcome, Result, RunLog
from matrix import Profile, Says
from reports.statements import Shown, is_redirect, statements, stayed
from tests.reports import synthetic
from tests.reports.runs import one


@pytest.mark.parametrize(
    ("status", "redirect"),
    [("301 M", True), ("307 T", True), ("308 P", True), ("304 N", False), ("200 OK", False)],
)
def test_a_check_stays_with_a_redirect(status: str, redirect: bool) -> None:
    exchange = synthetic.exchange("GET", "/x", status)
    good = synthetic.exchange("GET", "/x", "200 OK")

    assert is_redirect(exchange) is redirect
    assert not is_redirect(msgspec.structs.replace(exchange, response=None))
    assert stayed(one("a", Outcome.PASS, calls=(Call("G", exchanges=(exchange,)),))) is redirect
    assert not stayed(one("a", Outcome.PASS, calls=(Call("G", exchanges=(exchange, good)),)))
    assert not stayed(one("a", Outcome.PASS, calls=(Call("G", "setup", exchanges=(exchange,)),)))
    assert not stayed(one("a", Outcome.PASS, calls=(Call("G"),)))


def test_a_sentence_is_of_the_checks_and_clients_it_names() -> None:
    def shown(result: Result, **more: object) -> Shown:
        says = msgspec.convert(
            {"words": "w", "cite": "https://x", "shown_by": ["get-object.*"]} | more, Says
        )
        profile = Profile(name="p", title="P", source="https://x", says=(says,))
        log = RunLog(Path(), synthetic.header(), [result])
        [statement] = statements(log, profile)
        return statement.shown

    passed, failed = one("a", Outcome.PASS), one("a", Outcome.FAIL)
    assert (shown(passed), shown(failed)) == (Shown.CONFIRMED, Shown.CONTRADICTED)
    assert shown(passed, holds="fail") is Shown.CONTRADICTED
    assert shown(failed, holds="fail") is Shown.CONFIRMED
    assert shown(passed, clients=["raw"]) is Shown.NOT_SHOWN
    assert shown(passed, clients=["raw", "boto3"]) is Shown.CONFIRMED
    assert shown(passed, shown_by=["put-object.*"]) is Shown.NOT_SHOWN
