"""Text an endpoint sent cannot hide, reorder or escape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.text import markdown_code, one_line, safe_url, visible, visible_line
from tests.reports import synthetic


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é ü 漢字", "plain é ü 漢字"),
        ("a\x1b[31m", "a⟨ESC⟩[31m"),
        ("\x00\x7f", "⟨NUL⟩⟨DEL⟩"),
        ("\x9b", "⟨U+009B⟩"),
        ("txt\u202eexe", "txt⟨U+202E⟩exe"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("\uffff", "⟨U+FFFF⟩"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\r\n", "⟨CR⟩\n"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_header_cannot_pose_as_two() -> None:
    assert visible_line("a\r\nSet-Cookie: b") == "a⟨CR⟩⟨LF⟩Set-Cookie: b"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_visible_text_has_nothing_hidden_and_is_stable(text: str) -> None:
    shown = visible(text)
    assert all(c.isprintable() or c in "\n\t" or c.isspace() for c in shown)
    assert visible(shown) == shown


def test_one_line_says_what_it_cut() -> None:
    assert one_line("x" * 12, limit=10) == "x" * 10 + "… (2 more characters)"


@pytest.mark.parametrize("url", ["https://docs.aws.amazon.com/x.html#a", "http://host:1/p?q=1"])
def test_links_lead_to_http(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//host/x",
        "https://",
        "https://h/\u202ex",
        "https://h/' onclick='x",
        "https://h/`x",
        "http://[::1",
        *synthetic.HOSTILE[:7],
    ],
)
def test_links_lead_nowhere_else(url: str) -> None:
    assert safe_url(url) is None


def test_a_code_span_has_a_fence_longer_than_any_in_it() -> None:
    assert markdown_code("a ``` b") == "````a ``` b````"
    assert markdown_code("`a") == "`` `a ``"
    assert markdown_code("a|b", in_table=True) == "`a\\|b`"
