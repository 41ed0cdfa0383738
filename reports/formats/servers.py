"""What was measured of each server, in Markdown: one table of all, then a section for each.

It is for a project's documentation (`docs/servers.md`): versions, options and what was not tried
are said, and each section ends with the command that measures it again.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Sequence

from conformance.model import Outcome, Result, RunLog
from conformance.model.causes import Cause, most_harmful
from conformance.model.counting import counted
from conformance.model.verdict import scored
from matrix import Matrix
from reports.format import Format
from reports.overview import Overview, Run, make_overview
from reports.started import known_server
from reports.text import markdown_code, markdown_text, safe_url

SHOWN_CAUSES = 5
SHOWN_ROWS = 5  # of a cause, those with most outcomes
LONGEST_REASON = 240  # characters
ALL_OF_S3 = "aws"  # the profile that claims every row
TABLE_ENDS = "<!-- the table ends here -->"
_DRIVEN_BY = "clients"  # the filter that says which columns a run has
_NAMED = re.compile(r"(, [^,()]+){2,} and (\d+) more")  # of the names of a cause, for the table
_BUCKET = re.compile(r"/s3compat-[^/?]*")
_INTRO = """\
Each figure is *passed of scored*. An outcome is the result of one check through one client. A
scored outcome is a pass or a fail of a check whose expectation is sure. If a server's own
documentation calls a row unsupported and the server refuses it, the row does not count; the
server's profile lists these rows. Differences in wording are not counted. A low figure means
that a server has less of S3, or differs from it; many servers are made for a purpose that needs no
more. Data is *lost* if a request destroyed or overwrote stored data that it should not have
touched. A *cause* is what several outcomes that fail or could not be set up have in common. The
number behind it is the number of these outcomes. The servers are in alphabetical order."""


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:
    """The table and the sections; servers in the order of the alphabet."""
    overview = make_overview(logs, matrix)
    runs = sorted(overview.runs, key=lambda run: run.label.casefold())
    lines = ["<!-- Made by `s3compat report RUN… --servers`; do not edit. -->", ""]
    lines += ["# Servers, as measured", "", _INTRO, "", *_table(runs), "", TABLE_ENDS, ""]
    for run in runs:
        lines += _section(run, overview)
    return "\n".join(lines).rstrip() + "\n"


def _table(runs: Sequence[Run]) -> list[str]:
    lines = [
        "| server | version | measured | passed of scored | data lost | commonest cause |",
        "|---|---|---|--:|--:|---|",
    ]
    for run in runs:
        cause = run.causes[0] if run.causes else None
        title = markdown_text(shortened(cause.title)) if cause else ""
        first = f"{title} ({len(cause.results):,})" if cause else "none"
        unfinished = " (the run did not finish)" if run.incomplete else ""
        version = markdown_code(_version(run), in_table=True)
        lines.append(
            f"| {markdown_text(run.label)} | {version} | {markdown_text(_day(run))} | "
            f"{_share(run)}{unfinished} | {_losses(run)} | {first} |"
        )
    return lines


def shortened(title: str) -> str:
    """A cause's title with one of its names: ``PutA, PutB and 7 more`` is ``PutA and 8 more``."""

    def fewer(found: re.Match[str]) -> str:
        return f" and {int(found.group(2)) + found.group(0).count(', ')} more"

    return _NAMED.sub(fewer, title)


def _section(run: Run, overview: Overview) -> list[str]:
    lines = [f"## {markdown_text(run.label)}", "", _facts(run), ""]
    lines += [*_groups(run, overview), "", *_causes(run), *_not_judged(run)]
    return [*lines, "To measure it again:", "", "```sh", _command(run), "```", ""]


def _facts(run: Run) -> str:
    header = run.log.header
    known = known_server(run.log.header)
    url = safe_url(known.home) if known else None
    name = f"[{markdown_text(run.label)}](<{url}>)" if url else markdown_text(run.label)
    where = f"{header.server.get('source', '')}: {header.server.get('package', header.url)}"
    clients = ", ".join(markdown_code(version or name) for name, version in header.clients.items())
    parts = [
        f"{name} {markdown_code(_version(run))} ({markdown_code(where.strip(': '))})",
        f"measured {markdown_text(_day(run))} by s3compat {markdown_code(header.s3compat)}, matrix "
        f"{markdown_code(header.matrix)}, profile {markdown_code(header.profile)}",
        f"with {clients}",
    ]
    if run.log.footer is not None:
        parts.append(f"in {run.log.footer.seconds:,.0f} s")
    text = ", ".join(parts) + "."
    if known is not None and known.said:
        text += f" As it was run: {markdown_text(known.said)}."
    if header.profile == ALL_OF_S3:
        text += " No profile says what it leaves out, so it is compared with all of S3."
    narrowed = [f"{k} {v}" for k, v in header.selection.items() if k != _DRIVEN_BY]
    if narrowed:
        text += f" Only a part of the matrix: {markdown_text('; '.join(narrowed))}."
    return text


def _groups(run: Run, overview: Overview) -> list[str]:
    """Passed of scored by group of the matrix and client."""
    tallies: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for name, rows in overview.groups.items():
        for cell in (cell for row in rows for cell in row.cells if cell.column.run is run):
            tally = tallies[name, cell.column.client]
            tally[0] += cell.passed
            tally[1] += cell.claimed
    clients = [column.client for column in overview.columns if column.run is run]
    lines = [f"| group | {' | '.join(map(markdown_text, clients))} |"]
    lines.append("|---" + "|--:" * len(clients) + "|")
    for name in overview.groups:
        found = [tallies[name, client] for client in clients]
        shown = [f"{passed:,} of {claimed:,}" if claimed else "—" for passed, claimed in found]
        if any(one != "—" for one in shown):
            lines.append(f"| {markdown_text(name)} | {' | '.join(shown)} |")
    return lines


def _causes(run: Run) -> list[str]:
    if not run.causes:
        return ["No scored check failed.", ""]
    total = sum(len(cause.results) for cause in run.causes)
    first = run.causes[:SHOWN_CAUSES]
    held = sum(len(cause.results) for cause in first)
    said = (
        f"{counted(total, 'outcome')} failed or could not be set up. "
        f"Number of their causes: {len(run.causes):,}"
    )
    if len(first) < len(run.causes):
        share = held * 100 // total
        said += f". The {len(first)} largest causes cover {share} % of these outcomes"
    lines = [f"{said}:", ""]
    for cause in first:
        harm = cause.harm or cause.weight.words
        lines.append(f"- {markdown_text(cause.title)}: {len(cause.results):,} ({harm})")
        lines += _shown(cause)
    worst = most_harmful(run.causes)[0]
    if worst not in first:
        harm = f"{markdown_text(worst.title)} ({worst.harm or worst.weight.words})"
        lines.append(f"- not among the largest, but the most harmful: {harm}")
        lines += _shown(worst)
    return [*lines, ""]


def _shown(cause: Cause) -> list[str]:
    """What somebody needs who writes an issue of it: where it is, and one case with its answer."""
    rows = cause.rows.most_common()
    named = ", ".join(f"{row} {count:,}" for row, count in rows[:SHOWN_ROWS])
    left = len(rows) - SHOWN_ROWS
    others = f" and {counted(left, 'more row')}" if left > 0 else ""
    one = cause.example
    said = one.reason.partition("\n")[0]
    cut = said if len(said) <= LONGEST_REASON else said[: LONGEST_REASON - 1] + "…"
    sent = _request(one)
    return [
        f"  - in {named}{others}",
        f"  - for example {markdown_code(one.id)}"
        + (f", at {markdown_code(sent)}" if sent else "")
        + f": {markdown_code(cut)}",
    ]


def _request(result: Result) -> str:
    """The request that was answered otherwise than expected, without the run's own bucket name."""
    wanted = "setup" if result.outcome is Outcome.BLOCKED else "test"
    calls = [call for call in result.calls if call.purpose == wanted and call.exchanges]
    if wanted == "setup":
        calls.reverse()
    missed = next((one.operation for one in result.expectations if not one.ok), "")
    for call in sorted(calls, key=lambda one: wanted == "test" and one.operation != missed):
        method, _, rest = call.exchanges[-1].request.start_line.partition(" ")
        return f"{method} {_BUCKET.sub('/BUCKET', rest.rpartition(' ')[0])}"
    return ""


def _not_judged(run: Run) -> list[str]:
    """What says nothing of the server: each with its commonest reason."""
    results = [result for result in run.log.results if scored(result)]
    lines = []
    for outcome, words in (
        (Outcome.NOT_CLAIMED, "not claimed by its documentation"),
        (Outcome.BLOCKED, "could not be set up"),
        (Outcome.NOT_TRIED, "not tried"),
        (Outcome.CLIENT_CANNOT, "beyond what the client can say"),
    ):
        found = [result for result in results if result.outcome is outcome]
        if found:
            lines.append(f"- {len(found):,} {words}{_reason(found)}")
    if run.log.footer is not None and run.log.footer.leftovers:
        lines.append(f"- {len(run.log.footer.leftovers):,} things that could not be removed")
    return ["What does not count, or was left on the server:", "", *lines, ""] if lines else []


def _reason(results: Sequence[Result]) -> str:
    if results[0].outcome in (Outcome.CLIENT_CANNOT, Outcome.NOT_CLAIMED):
        return ""
    reason, number = Counter(result.reason for result in results).most_common(1)[0]
    many = f"; {number:,} of them: " if number < len(results) else ": "
    return f"{many}{markdown_code(reason)}" if reason else ""


def _command(run: Run) -> str:
    header = run.log.header
    words = ["s3compat", "run", *(header.again or ())]
    if header.again is None:
        words += (
            ["--server", header.server["name"]] if header.server else ["--endpoint", header.url]
        )
    if header.server and "--server-version" not in words:
        words += ["--server-version", header.server["version"]]
    return shlex.join([*words, "--clients", ",".join(header.clients)])


def _share(run: Run) -> str:
    return f"{run.verdict.passed:,} of {run.verdict.claimed:,} ({run.percent})"


def _losses(run: Run) -> str:
    checks = {result.check for result in run.verdict.losses}
    return f"in {counted(len(checks), 'check')}" if checks else "no"


def _version(run: Run) -> str:
    return run.log.header.server.get("version", "unknown")


def _day(run: Run) -> str:
    return run.log.header.started[:10]


def _of_known_servers(logs: Sequence[RunLog]) -> bool:
    return len(logs) > 1 and all(log.header.server for log in logs)


FORMAT = Format(
    name="servers",
    title="what was measured of each server, as a page of Markdown",
    filename="servers.md",
    media_type="text/markdown",
    render=render,
    fits=_of_known_servers,
)
