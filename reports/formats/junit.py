"""JUnit XML as Jenkins and GitLab read it: a suite for each row, a case for each outcome.

https://github.com/testmoapp/junitxml describes the dialect. A case is ``failure`` when the
endpoint is judged on it and does not conform, ``error`` when it could not be judged, ``skipped``
with its reason when it does not count. The first suite has a case for each cause of what failed.
What lost data comes first of the rows, with the type "data loss".
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from conformance.model import Outcome, Result, RunLog
from conformance.model.counting import counted
from conformance.model.verdict import scored
from conformance.model.weight import Weight
from matrix import Matrix
from reports.format import Format
from reports.overview import Overview, RowView, Run, make_overview, rerun_command
from reports.text import clipped, one_line, xml_text

_OUTPUT = 4000  # characters of a client's output kept for a case
_SKIPPED = {
    Outcome.NOT_CLAIMED: "not claimed",
    Outcome.CLIENT_CANNOT: "client cannot",
    Outcome.NOT_TRIED: "not tried",
}


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:
    """The run logs as one JUnit XML file; a run that did not finish has a case that says so."""
    overview = make_overview(logs, matrix)
    root = Element("testsuites", name="s3compat")
    for run in overview.runs:
        _run(root, run, overview)
    suites = root.findall("testsuite")
    for name in ("tests", "failures", "errors"):  # the schema in use has no "skipped" here
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _run(root: Element, run: Run, overview: Overview) -> None:
    several = len(overview.runs) > 1
    prefix = f"{run.label}." if several else ""
    if run.incomplete:
        suite = _suite(root, run, f"{prefix}run")
        case = _case(suite, f"{prefix}run", "the run finished", 0.0)
        _problem(case, "error", "incomplete", one_line(run.verdict.sentence), "")
        _count(suite)
    if run.causes:
        _causes(root, run, f"{prefix}causes")
    for row in sorted(overview.rows, key=lambda row: not _loses(row, run)):
        results = [r for cell in row.cells if cell.column.run is run for r in cell.results]
        if results:
            _row(root, run, row, results, prefix)


def _causes(root: Element, run: Run, name: str) -> None:
    """The first suite: a case for each cause, largest first after those that lost data."""
    suite = _suite(root, run, name)
    for cause in sorted(run.causes, key=lambda one: one.weight is not Weight.DATA_LOST):
        case = _case(suite, name, cause.key, 0.0)
        lost = cause.weight is Weight.DATA_LOST
        number = len(cause.results)
        said = f"{counted(number, 'outcome')}: {cause.title} ({cause.harm or cause.weight.words})"
        message = one_line(f"DATA LOSS: {said}" if lost else said)
        listed = "\n".join(result.id for result in cause.results)
        text = f"{one_line(cause.example.reason)}\n{listed}"
        _problem(case, "failure", "data loss" if lost else "cause", message, text)
    _count(suite)


def _loses(row: RowView, run: Run) -> bool:
    return any(r.data_lost for cell in row.cells if cell.column.run is run for r in cell.results)


def _row(root: Element, run: Run, row: RowView, results: list[Result], prefix: str) -> None:
    suite = _suite(root, run, prefix + row.id)
    for result in sorted(results, key=lambda result: not result.data_lost):
        case = _case(suite, prefix + row.id, result.id, result.seconds)
        _outcome(case, result)
        SubElement(case, "system-out").text = xml_text(_evidence(run, result))
    _count(suite)


def _suite(root: Element, run: Run, name: str) -> Element:
    header = run.log.header
    suite = SubElement(root, "testsuite", name=xml_text(name))
    # The schema in use has no time zone; Jenkins reads the time as UTC.
    suite.set("timestamp", xml_text(header.started.removesuffix("Z").split("+")[0]))
    suite.set("hostname", xml_text(header.url))
    properties = SubElement(suite, "properties")
    facts = {"endpoint": header.endpoint, "profile": header.profile, "run": header.run_id}
    for key, value in facts.items():
        SubElement(properties, "property", name=key, value=xml_text(value))
    return suite


def _case(suite: Element, row: str, name: str, seconds: float) -> Element:
    return SubElement(
        suite, "testcase", classname=xml_text(row), name=xml_text(name), time=f"{seconds:.3f}"
    )


def _outcome(case: Element, result: Result) -> None:
    reason = one_line(result.reason) or result.outcome.value
    mismatches = "\n".join(
        f"{e.what}: expected {e.expected}, got {e.actual}" for e in result.expectations if not e.ok
    )
    match result.outcome:
        case Outcome.FAIL if result.data_lost:
            _problem(
                case,
                "failure",
                "data loss",
                f"DATA LOSS: {one_line(result.bare_reason)}",
                result.title,
            )
        case Outcome.FAIL if scored(result):
            _problem(case, "failure", "fail", reason, f"{result.title}\n{mismatches}")
        case Outcome.FAIL:
            SubElement(case, "skipped", message=f"only shown, never scored: {reason}")
        case Outcome.BLOCKED if not scored(result):
            unset = f"only shown, never scored: could not be set up: {reason}"
            SubElement(case, "skipped", message=unset)
        case Outcome.BLOCKED:
            _problem(case, "error", "blocked", f"could not be set up: {reason}", "")
        case Outcome.ERROR:
            _problem(
                case,
                "error",
                "error",
                f"an error of s3compat itself, or of a check of your own: {reason}",
                "",
            )
        case Outcome.DECLARED:
            said = result.declared
            where = one_line(f"{said.words} ({said.cite})") if said else ""
            SubElement(case, "skipped", message=f"declared deviation: {where}: {reason}")
        case Outcome.NOT_CLAIMED | Outcome.CLIENT_CANNOT | Outcome.NOT_TRIED:
            SubElement(case, "skipped", message=f"{_SKIPPED[result.outcome]}: {reason}")
        case Outcome.PASS:
            pass


def _problem(case: Element, tag: str, kind: str, message: str, text: str) -> None:
    problem = SubElement(case, tag, type=kind, message=message)
    problem.text = xml_text(clipped(text, _OUTPUT))


def _evidence(run: Run, result: Result) -> str:
    lines = [f"spec: {result.spec}", f"again: {rerun_command(run.log.header, result)}"]
    if result.outcome is Outcome.PASS or result.outcome in _SKIPPED:
        return "\n".join(lines)
    for call in result.calls:
        lines.append(f"{call.purpose} {call.operation}: {call.command or call.parameters}")
        if call.exit_code is not None:
            lines.append(f"exit code {call.exit_code}")
        lines += [clipped(text, _OUTPUT) for text in (call.stdout, call.stderr) if text]
        for exchange in call.exchanges:
            answer = exchange.response.start_line if exchange.response else "no answer"
            lines.append(f"  {exchange.request.start_line} → {answer}")
            if exchange.curl:
                lines.append(f"  {exchange.curl}")
    return "\n".join(lines)


def _count(suite: Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")


FORMAT = Format(
    name="junit",
    title="JUnit XML for Jenkins and GitLab",
    filename="junit.xml",
    media_type="application/xml",
    render=render,
)
