"""One self-contained HTML page: the verdict, the grid, and the evidence behind every cell.

No network, readable without JavaScript. Every value is escaped and made visible where it is
printed, and the page's Content-Security-Policy runs this file's own script and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment
from markupsafe import Markup

from conformance.model import Result, RunLog
from matrix import Matrix
from reports.bands import rules
from reports.covered import covered, sentences
from reports.drawing import asset, environment, policy
from reports.evidence import Detail, view_result
from reports.format import Format
from reports.overview import (
    make_overview,
    needs_attention,
)
from reports.page import Page

# Characters: of the page, of an outcome without its evidence (and without anything but its line),
# and what evidence may always have.
PAGE_BUDGET, OUTCOME_SIZE, BARE_SIZE, LEAST_EVIDENCE = 5_500_000, 1_300, 600, 1_500_000

# (of what needs attention, of the rest): the first that fits the budget is used.
_PLANS = (
    (Detail.FULL, Detail.FULL),
    (Detail.FULL, Detail.HEADS),
    (Detail.FULL, Detail.LINES),
    (Detail.TEST, Detail.LINES),
    (Detail.HEADS, Detail.LINES),
    (Detail.LINES, Detail.LINES),
    (Detail.HEADS, Detail.NONE),
    (Detail.LINES, Detail.NONE),
)

# In every plan the examples of the first causes have all their evidence: how many causes of all
# runs together, and how many characters an example may have.
EXAMPLES, EXAMPLE_SIZE = 40, 40_000


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:
    """The page."""
    page = Page(make_overview(logs, matrix))
    made = environment()
    made.tests["attention"] = needs_attention
    style, script = asset("look.css") + asset("report.css"), asset("report.js")
    style += rules(page.bands)
    evidence, plan = _evidence(page, made)
    page.brief = plan[0] is Detail.LINES
    return made.get_template("report.html.j2").render(
        page=page,
        overview=page.overview,
        covered=[
            (run, total, sentences(total))
            for run in page.overview.runs
            if (total := covered(run.log.results)).sent
        ],
        style=Markup(style),  # our own file and numbers: nothing of a log is in it
        script=Markup(script),  # our own file: nothing of a log is in it
        policy=policy(style, script),
        evidence=evidence,
        condensed=plan[1] is not Detail.FULL,
        abridged=plan[0] < Detail.TEST,
        bare=plan[1] is Detail.NONE,
    )


def _evidence(
    page: Page, made: Environment
) -> tuple[dict[tuple[int, int], Markup], tuple[Detail, Detail]]:
    """The evidence of each outcome as HTML, at the richest plan that fits the budget.

    An outcome of which nothing is shown is not in it.
    """
    draw = made.get_template("evidence.html.j2").module.evidence  # type: ignore[attr-defined]  # a macro
    results = [(run, result) for run in page.overview.runs for result in run.log.results]
    examples = {id(one) for one in page.examples(EXAMPLES)}
    drawn: dict[tuple[int, Detail], Markup] = {}

    def shown(result: Result, detail: Detail) -> Markup:
        key = (id(result), detail)
        if key not in drawn:
            drawn[key] = draw(view_result(result, detail))
        return drawn[key]

    def example(result: Result, least: Detail) -> Markup:
        """The richest evidence of an agreed size, and never less than the plan's."""
        richer = (detail for detail in reversed(Detail) if detail > least)
        fitting = (one for detail in richer if len(one := shown(result, detail)) <= EXAMPLE_SIZE)
        return next(fitting, None) or shown(result, least)

    for plan in _PLANS:
        chosen: dict[tuple[int, int], Markup] = {}
        size = 0
        bare = plan[1] is Detail.NONE
        budget = max(
            LEAST_EVIDENCE, PAGE_BUDGET - (BARE_SIZE if bare else OUTCOME_SIZE) * len(results)
        )
        for run, result in results:
            detail = plan[0] if needs_attention(result) else plan[1]
            if detail is Detail.NONE:
                continue
            evidence = (example if id(result) in examples else shown)(result, detail)
            chosen[run.index, id(result)] = evidence
            size += len(evidence)
            if size > budget and plan is not _PLANS[-1]:
                break
        else:
            return chosen, plan
    raise AssertionError("the last plan has no limit")


FORMAT = Format(
    name="html",
    title="one self-contained HTML page",
    filename="report.html",
    media_type="text/html",
    render=render,
)
