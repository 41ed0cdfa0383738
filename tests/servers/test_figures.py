"""Figures of the command: what is tried, shown and reckoned with, and what a command ends with."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest

from s3compat import commands
from tests.figures import figure

FIGURES = {
    "dumb:MOST_BODY": 64 * 1024**2,
    "prove:DUMB_CHUNK": 150,
    "prove:CHUNK": 12,
    "running.arguments:FEW": 8,
    "running.telling:FIRST_CAUSES": 5,
    "running.telling:_DOLLARS_PER_REQUEST": 0.000005,  # https://aws.amazon.com/s3/pricing/
    "running.telling:FIRST_REASONS": 3,
    "running.telling:_REASON": 240,
    "servers.serving:_RESTARTS": 500,
    "commands.clients:_WIDTH": 110,
    "commands.matrix:_TITLED_WIDTH": 126,
    "commands.gate:MANY": 20,
    "commands.servers:_PIPED_WIDTH": 140,
}
# What each command can end with, as its page of the reference has it.
ENDS = {
    "admin": {0, 2},
    "clean": {0, 1, 2, 4},
    "clients": {0, 2, 4},
    "compare": {0, 1, 2, 3, 4},
    "coverage": {0, 2},
    "gate": {0, 1, 2, 3, 4},
    "history": {0, 2, 4},
    "matrix": {0, 2},
    "merge": {0, 2, 4},
    "presign": {0, 2},
    "prove": {0, 1, 2},
    "report": {0, 2},
    "run": {0, 1, 2, 3, 4},
    "schema": {0, 2},
    "serve": {0, 2, 4},
    "servers": {0, 2, 4},
    "site": {0, 2},
}


@pytest.mark.parametrize(("place", "is_"), FIGURES.items())
def test_a_figure(place: str, is_: Any) -> None:
    assert figure(f"s3compat.{place}") == pytest.approx(is_, rel=1e-12)


def test_the_codes_of_every_command() -> None:
    found = {
        name: set(module.EXIT_CODES)
        for _, name, _ in pkgutil.iter_modules(commands.__path__)
        if hasattr(module := importlib.import_module(f"s3compat.commands.{name}"), "EXIT_CODES")
    }

    assert found == ENDS
