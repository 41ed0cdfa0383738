"""Which client works in which redirect mode, in Markdown, measured: clients down, runs across.

An endpoint may answer a request for an object with a redirect to where the object is. Each run log
is one mode of it (its label says which). A redirected request has arrived when the client's last
exchange for it was answered by something that is no redirect, whatever the answer was. What the
answer should have been is for the other formats.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from conformance.model import Call, Exchange, RunLog
from matrix import Matrix
from reports.format import Format
from reports.overview import unique_labels
from reports.statements import is_redirect
from reports.text import markdown_code, markdown_text

METHODS = ("PUT", "GET", "HEAD", "DELETE", "POST")
_NONE = "—"
_INTRODUCTION = (
    "Whether requests for objects that are redirected arrive, by client and mode. *works*: all of "
    "them, or none is redirected; *fails*: none; otherwise the methods that arrive."
)


@dataclass
class Arrivals:
    """What became of one client's requests for objects in one run."""

    requests: int = 0
    direct: Counter[str] = field(default_factory=Counter)  # by method: answered where they went
    asked: Counter[str] = field(default_factory=Counter)  # redirected ones
    arrived: Counter[str] = field(default_factory=Counter)  # of the redirected ones
    words: str = ""  # what the client said of one that did not arrive

    def add(self, call: Call, exchanges: Sequence[Exchange]) -> None:
        """Count one call, by the method it ended with."""
        self.requests += 1
        if not any(map(is_redirect, exchanges)):
            self.direct[_method(exchanges[-1])] += 1
            return
        last = exchanges[-1]
        method = _method(last)
        self.asked[method] += 1
        if last.response is not None and not is_redirect(last):
            self.arrived[method] += 1
        elif not self.words:
            said = call.stderr.strip().splitlines() or [last.note or "the redirect is the answer"]
            self.words = said[-1]

    @property
    def redirected(self) -> int:
        """How many of the requests were redirected."""
        return self.asked.total()

    @property
    def verdict(self) -> str:
        """works, fails, or the methods that arrive.

        A method that is redirected is judged by the requests that were: an error the first server
        can answer itself (no such bucket) says nothing about redirects.
        """
        whole, part, none = [], [], []
        for method in _in_order(self.asked | self.direct):
            asked, arrived = self.asked[method], self.arrived[method]
            if arrived == asked:
                whole.append(method)
            elif arrived:
                part.append(f"{method} {arrived} of {asked}")
            else:
                none.append(method)
        if not (part or none):
            return "works" if whole else _NONE
        if not (part or whole):
            return "fails"
        return ", ".join([*(["only " + whole[0], *whole[1:]] if whole else []), *part])


def measure(log: RunLog) -> dict[str, Arrivals]:
    """By client, in the order of the run's header."""
    found: defaultdict[str, Arrivals] = defaultdict(Arrivals)
    for name in log.header.clients:
        found[name]
    for result in log.results:
        for call in result.calls:
            if call.purpose == "test" and call.exchanges and _asks_for_object(log, call):
                found[result.client].add(call, call.exchanges)
    return dict(found)


def any_redirect(logs: Sequence[RunLog]) -> bool:
    """Whether there is anything to show: a redirect in one of the runs."""
    return any(one.redirected for log in logs for one in measure(log).values())


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:  # noqa: ARG001 - a format's signature
    """The table, how many requests were redirected, and what the clients said."""
    measured = [measure(log) for log in logs]
    clients = list(dict.fromkeys(name for by_client in measured for name in by_client))
    notes: dict[str, int] = {}
    lines = ["<!-- Made by `s3compat report --redirects` from measured requests. -->", ""]
    lines += [_INTRODUCTION, ""]
    lines.append("| client | " + " | ".join(map(markdown_text, unique_labels(logs))) + " |")
    lines.append("|---" * (len(logs) + 1) + "|")
    for name in clients:
        cells = [_cell(by_client.get(name, Arrivals()), notes) for by_client in measured]
        lines.append(f"| {markdown_text(name)} | " + " | ".join(cells) + " |")
    lines.append("| *requests redirected* | " + " | ".join(map(_redirected, measured)) + " |")
    lines += ["", *(f"[^redirects-{number}]: {text}" for text, number in notes.items())]
    return "\n".join(lines).rstrip() + "\n"


def _cell(arrivals: Arrivals, notes: dict[str, int]) -> str:
    if not arrivals.words:
        return arrivals.verdict
    number = notes.setdefault(markdown_code(arrivals.words), len(notes) + 1)
    return f"{arrivals.verdict}[^redirects-{number}]"


def _redirected(by_client: dict[str, Arrivals]) -> str:
    asked = sum(one.requests for one in by_client.values())
    return f"{sum(one.redirected for one in by_client.values()):,} of {asked:,}"


def _asks_for_object(log: RunLog, call: Call) -> bool:
    """Whether the call's last request is for an object: the path goes on after the bucket."""
    parts = call.exchanges[-1].request.start_line.split(" ")
    path = parts[1].partition("?")[0] if len(parts) > 1 else ""
    base = urlsplit(log.header.url).path.rstrip("/")
    pieces = [piece for piece in path.removeprefix(base).split("/") if piece]
    return len(pieces) > (1 if log.header.addressing == "path" else 0)


def _method(exchange: Exchange) -> str:
    return exchange.request.start_line.partition(" ")[0]


def _in_order(methods: Counter[str]) -> Iterator[str]:
    yield from (method for method in METHODS if method in methods)
    yield from sorted(methods.keys() - set(METHODS))


FORMAT = Format(
    name="redirects",
    title="which client works in which redirect mode, in Markdown",
    filename="redirects.md",
    media_type="text/markdown",
    render=render,
    fits=any_redirect,
)
