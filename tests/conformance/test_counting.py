"""Numbers and their nouns, and the codes that an answer has."""

from __future__ import annotations

import pytest

from conformance.model import Body, Exchange, Message
from conformance.model.answers import code_of, codes_of
from conformance.model.counting import counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 checks"), (1, "1 check"), (2, "2 checks"), (2300, "2,300 checks")]
)
def test_a_noun_goes_with_its_number(number: int, said: str) -> None:
    assert counted(number, "check") == said


def test_a_plural_may_be_another_word() -> None:
    assert [counted(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]


def test_an_answer_may_have_a_code_for_each_key() -> None:
    text = (
        "<DeleteResult><Error><Code>AccessDenied</Code></Error>"
        "<Error><Code>NoSuchVersion</Code></Error></DeleteResult>"
    )
    answer = Message("HTTP/1.1 200 OK", body=Body(text=text))
    several = Exchange("http://x", Message("POST /b?delete HTTP/1.1"), answer)
    assert codes_of(several) == ["AccessDenied", "NoSuchVersion"]
    assert code_of(several) == "AccessDenied"
    silent = Exchange("http://x", Message("GET /b HTTP/1.1"))
    assert (codes_of(silent), code_of(silent)) == ([], "")
