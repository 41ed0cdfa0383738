"""What a plan says of itself, and which checks are meant for a client."""

from __future__ import annotations

import sys
import types

import pytest

import matrix
from conformance.roster import meant_for
from conformance.run import plan
from tests.conformance.fakes import make_check


def test_the_digest_follows_the_source_of_every_check(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"checks_one": "a = 1", "checks_two": "b = 1"}
    for name in texts:
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setattr(
        "conformance.run.plan.inspect.getsource", lambda module: texts[module.__name__]
    )
    loaded = matrix.load_matrix()
    checks = {name: make_check(lambda _: None, id=name, source=name) for name in texts}
    seen = {plan.digest(loaded, checks)}
    for name in texts:
        texts[name] += " + 1"
        seen.add(plan.digest(loaded, checks))

    assert len(seen) == 3
    assert all(len(one) == 12 for one in seen)
    assert plan.digest(loaded, checks) in seen  # the same again for the same


@pytest.mark.parametrize(
    ("client", "only", "meant"),
    [
        ("raw", (), True),
        ("raw", ("raw",), True),
        ("raw", ("boto3", "raw"), True),
        ("raw", ("boto3",), False),
        ("boto3", ("raw",), False),
        ("no-client", ("raw",), False),
    ],
)
def test_a_check_is_for_the_clients_it_names(
    client: str, only: tuple[str, ...], meant: bool
) -> None:
    assert meant_for(client, only) is meant


@pytest.mark.parametrize(
    ("selection", "planned"),
    [
        (plan.Selection(), False),
        (plan.Selection(rows=("*",)), False),
        (plan.Selection(checks=("*",)), False),
        (plan.Selection(rows=("size-limits",)), True),
        (plan.Selection(rows=("Size",)), True),
        (plan.Selection(checks=("size-limits.*",)), True),
        (plan.Selection(large=True), True),
    ],
)
def test_a_large_row_is_planned_where_it_is_named(selection: plan.Selection, planned: bool) -> None:
    loaded = matrix.load_matrix()
    checks = {
        one.id: one
        for one in (
            make_check(lambda _: None, id="size-limits.one", row="size-limits"),
            make_check(lambda _: None, id="get-object.one", row="get-object"),
        )
    }

    made = plan.make_plan(checks, loaded, ["raw"], ["raw"], selection)

    assert ("size-limits" in {one.check.row for one in made}) is planned
