"""Answers of a client that moves objects in pieces: ranges down, parts up, a look beforehand.

What a whole GET or PUT answers is then not to be seen. An expectation of it that does not hold is
the client's limit and no fault of the endpoint.
"""

from __future__ import annotations

from typing import ClassVar

from conformance.clients.base import Answer


class PiecesAnswer(Answer):
    """``who`` names the library in the reasons."""

    who: ClassVar[str]

    def beyond(self, what: str, expected: str) -> str | None:
        method = self.exchange.request.start_line.split(" ")[0] if self.exchange else ""
        if method == "HEAD" and what == "status" and self.operation == "CopyObject":
            return f"{self.who} looks at the source with HEAD first, and stops at its answer"
        if method == "HEAD" and what.startswith("error "):
            return f"{self.who} looks first, and the answer to a HEAD has no error code"
        if method == "POST" and self.operation == "DeleteObject":
            return f"{self.who} deletes with DeleteObjects, whose answer is another"
        if method == "POST" and what.startswith("header "):
            return f"{self.who} writes files in parts"
        if self.status == 206 and (what == "status" or what.startswith("header Content-")):
            return f"{self.who} reads files in ranges"
        return super().beyond(what, expected)
