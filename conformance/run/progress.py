"""A run while it happens: rows filling in on a terminal, plain lines anywhere else."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from textwrap import shorten

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from conformance.model import Outcome, Result, RunFooter, RunHeader
from conformance.model.counting import counted
from conformance.model.printable import printable
from conformance.run.duration import in_words
from conformance.run.plan import Planned
from conformance.run.table import STYLES, outcome_table

TROUBLE = {Outcome.FAIL: "red", Outcome.ERROR: "magenta", Outcome.BLOCKED: "yellow"}
SHOWN_LINES = 10  # a plain run says where it is about this often
SHOWN_TROUBLES = 10  # checks in trouble that are shown as they come; the report has them all
SHOWN_REASON = 200  # characters of a reason
FRAMES = 6  # a second
ENOUGH_SEEN = 10  # outcomes before the time left is worth telling


class TimeLeft:
    """An estimate of the time left: what each client's outcomes took so far, per worker."""

    def __init__(self, planned: list[Planned]) -> None:
        self._to_come = Counter(one.client for one in planned)
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._done: Counter[str] = Counter()
        self._started = time.monotonic()

    def seen(self, result: Result) -> None:
        """One outcome more."""
        self._to_come[result.client] -= 1
        self._done[result.client] += 1
        self._seconds[result.client] += result.seconds

    def seconds(self) -> float | None:
        """Seconds left; None before anything can be said."""
        worked = sum(self._seconds.values())
        done = sum(self._done.values())
        if done < ENOUGH_SEEN or worked <= 0:
            return None
        mean = worked / done
        to_do = sum(
            count * (self._seconds[client] / self._done[client] if self._done[client] else mean)
            for client, count in self._to_come.items()
        )
        pace = worked / max(time.monotonic() - self._started, 0.001)  # seconds of work a second
        return to_do / max(pace, 0.001)


class Progress:
    """Observes a run for a person at ``console``; live if that is a terminal."""

    def __init__(self, console: Console, titles: Mapping[str, str]) -> None:
        """``titles`` gives row id → title, in the order to show."""
        self._console = console
        self._titles = titles
        self._results: list[Result] = []
        self._planned: Counter[str] = Counter()
        self._clients: list[str] = []
        self._left: TimeLeft | None = None
        self._live: Live | None = None
        self._every = 1
        self._in_trouble: set[str] = set()

    def starting(self) -> None:
        """Workers are being started; nothing is known of them yet."""
        if self._console.is_terminal:
            self._live = Live(
                Spinner("dots", Text("starting: collecting the checks, loading the clients")),
                console=self._console,
                transient=True,
            )
            self._live.start()

    def begun(self, header: RunHeader, planned: list[Planned]) -> None:
        """The run starts."""
        self._planned = Counter(one.check.row for one in planned)
        self._clients = list(header.clients)
        self._left = TimeLeft(planned)
        self._every = max(1, len(planned) // SHOWN_LINES)
        self.stop()
        if self._console.is_terminal:
            self._live = Live(
                console=self._console,
                get_renderable=self._frame,
                refresh_per_second=FRAMES,
                transient=True,
            )
            self._live.start()

    def seen(self, result: Result) -> None:
        """One outcome more; trouble is shown at once, each check with its first client."""
        self._results.append(result)
        if self._left is not None:
            self._left.seen(result)
        if result.outcome in TROUBLE and result.check not in self._in_trouble:
            self._in_trouble.add(result.check)
            self._show_trouble(result)
        if self._live is None and len(self._results) % self._every == 0:
            self._say(self._status())

    def _show_trouble(self, result: Result) -> None:
        """A line for a check in trouble; on a server with hundreds of them, of the first ones."""
        if len(self._in_trouble) == SHOWN_TROUBLES + 1:
            self._say(
                "More checks fail. From here on they are only counted; the report shows them all"
            )
        if len(self._in_trouble) > SHOWN_TROUBLES:
            return
        reason = printable(
            shorten(result.bare_reason.partition("\n")[0], SHOWN_REASON, placeholder=" …")
        )
        style = STYLES["lost"] if result.data_lost else TROUBLE[result.outcome]
        word = "DATA LOSS" if result.data_lost else result.outcome.value
        self._console.print(
            f"[{style}]{word}[/] {escape(result.id)} {escape(reason)}",
            highlight=False,
            soft_wrap=self._live is None,
        )

    def ended(self, footer: RunFooter) -> None:
        """The run is over; the live display goes away."""
        self.stop()
        if self._live is None and not self._console.is_terminal:
            self._say(f"{footer.ended_by} after {footer.seconds:.0f} s")

    def stop(self) -> None:
        """Give the terminal back; for a run that breaks off, too."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def _status(self) -> str:
        total = sum(self._planned.values())
        done = Counter(result.outcome for result in self._results)
        parts = [f"{done[Outcome.PASS]} pass"]
        parts += [
            f"{done[outcome]} {outcome.value.replace('_', ' ')}"
            for outcome in Outcome
            if outcome is not Outcome.PASS and done[outcome]
        ]
        left = self._left.seconds() if self._left is not None else None
        if left is not None and len(self._results) < total:
            parts.append(f"about {in_words(left)} left")
        return f"{len(self._results)} of {counted(total, 'outcome')}: {', '.join(parts)}"

    def _frame(self) -> Group:
        """The rows that are being filled in, newest last, and where the whole is."""
        total = sum(self._planned.values())
        begun = Counter(result.row for result in self._results)
        room = max(3, self._console.size.height - 6)
        active = [row for row in self._titles if 0 < begun[row] < self._planned[row]]
        complete = [row for row in self._titles if begun[row] and begun[row] >= self._planned[row]]
        left = max(0, room - len(active))
        shown = {*active[:room], *complete[max(0, len(complete) - left) :]}
        titles = {row: title for row, title in self._titles.items() if row in shown}
        kept = [result for result in self._results if result.row in shown]
        bar = Table.grid(padding=(0, 1))
        bar.add_row(
            ProgressBar(total=max(total, 1), completed=len(self._results), width=30),
            Text(self._status()),
        )
        return Group(outcome_table(titles, self._clients, kept), bar)
