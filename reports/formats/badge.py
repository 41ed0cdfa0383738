"""An SVG badge with the honest number: passed of scored, of one run or of several together."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from conformance.model import RunLog
from matrix import Matrix
from reports.format import Format
from reports.score import Score, score

# Dark enough for white text: contrast of 4.5 or more (WCAG 2.2, 1.4.3).
_COLOURS = {"green": "#1a7f4b", "amber": "#96600a", "red": "#c0322b", "grey": "#667080"}
_CHARACTER = 6.6  # mean width of a character of 11px Verdana, in pixels
_PADDING = 10

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" viewBox="0 0 {width} 20"
     role="img" aria-label="{text}">
  <title>{text}</title>
  <clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{left}" height="20" fill="#3b434e"/>
    <rect x="{left}" width="{right}" height="20" fill="{colour}"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
    <text x="{label_x}" y="14" textLength="{label_length}">{label}</text>
    <text x="{message_x}" y="14" textLength="{message_length}">{message}</text>
  </g>
</svg>
"""


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:  # noqa: ARG001 - a format's signature
    """The badge; its text is made of our own words and numbers alone."""
    return draw(score(logs))


def draw(result: Score) -> str:
    """The badge of a score."""
    label_length = round(len(result.label) * _CHARACTER)
    message_length = round(len(result.message) * _CHARACTER)
    left, right = label_length + 2 * _PADDING, message_length + 2 * _PADDING
    return _SVG.format(
        width=left + right,
        left=left,
        right=right,
        colour=_COLOURS[result.colour],
        text=escape(f"{result.label}: {result.message}"),
        label=escape(result.label),
        label_x=left / 2,
        label_length=label_length,
        message=escape(result.message),
        message_x=left + right / 2,
        message_length=message_length,
    )


FORMAT = Format(
    name="badge",
    title="SVG badge",
    filename="badge.svg",
    media_type="image/svg+xml",
    render=render,
)
