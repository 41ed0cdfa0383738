"""What the folder holds: scenarios of requests, and the recorded answer of each step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Sent:
    """One request as it went over the wire, without its signature."""

    method: str
    target: str
    headers: dict[str, str]
    body: Any = None
    host: str = ""
    refused: bool = False  # by the other server, with 400


@dataclass(frozen=True)
class Step:
    """Requests in a row; the recorded answer, if there is one, belongs to the last."""

    name: str
    requests: tuple[Sent, ...]
    answer: Any = None


@dataclass
class Scenario:
    """``untold`` are recorded steps whose requests are not known."""

    name: str
    area: str
    recorded: str
    steps: list[Step] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)

    @property
    def requests(self) -> Iterator[Sent]:
        """All requests in their order."""
        for step in self.steps:
            yield from step.requests


def read(folder: Path) -> Iterator[Scenario]:
    """Every scenario whose requests are known. Raises OSError, ValueError."""
    for path in sorted((folder / "requests").glob("*.json")):
        answers = json.loads((folder / path.name).read_text("utf-8"))
        for name, entries in json.loads(path.read_text("utf-8")).items():
            yield _scenario(name, path.stem, answers[name], entries)


def _scenario(
    name: str, area: str, recording: dict[str, Any], entries: list[dict[str, Any]]
) -> Scenario:
    scenario = Scenario(name, area, recording["recorded"])
    answers = dict(recording["responses"])
    waiting: list[Sent] = []
    for entry in entries:
        if "request" in entry:
            waiting.append(_sent(entry))
        elif "phase" in entry:
            scenario.steps.append(Step("", tuple(waiting)))
            waiting = []
        else:
            step = entry["step"]
            scenario.steps.append(Step(step, tuple(waiting), answers.pop(step, None)))
            waiting = []
    scenario.steps.append(Step("", tuple(waiting)))
    scenario.untold = list(answers)
    return scenario


def _sent(entry: dict[str, Any]) -> Sent:
    method, _, target = entry["request"].partition(" ")
    headers = dict(entry.get("headers", {}))
    refused = entry["our_status"] == 400
    return Sent(method, target, headers, entry.get("body"), entry.get("host", ""), refused)
