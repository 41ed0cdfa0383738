"""What people write in files is read strictly: a word that nobody knows is never passed over."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec
import pytest

import matrix.known_servers
import matrix.limits
import matrix.loader
import matrix.schema
from conformance.endpoint.target import Target
from conformance.gate import AcceptedCause, Baseline, Entry
from server_ref.auth.accounts import _Accounts, _Key
from server_ref.behaviours import Behaviour

MODULES = (matrix.known_servers, matrix.limits, matrix.loader, matrix.schema)
OF_THE_MATRIX = [
    kind
    for module in MODULES
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, msgspec.Struct) and kind.__module__ == module.__name__
]
KINDS: list[Any] = [
    *OF_THE_MATRIX,
    Target,
    AcceptedCause,
    Baseline,
    Entry,
    _Accounts,
    _Key,
    Behaviour,
]


def test_the_kinds_are_found() -> None:
    assert {"Row", "Claim", "Profile", "Limit", "KnownServer"} <= {one.__name__ for one in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_word_that_nobody_knows_is_refused(kind: type[msgspec.Struct]) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `nobodys`"):
        msgspec.json.decode(b'{"nobodys": 1}', type=kind)


@pytest.mark.parametrize(
    "kind", [*OF_THE_MATRIX, Target, AcceptedCause, Baseline, Entry, Behaviour]
)
def test_what_was_read_is_not_changed(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_config__.frozen
