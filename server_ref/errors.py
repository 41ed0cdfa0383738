"""Every error S3 answers: its code, its status, its usual message and its extra members.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations


class S3Error(Exception):
    """An error answer. ``members`` become elements of the error body, in their order."""

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        status: int | None = None,
        headers: dict[str, str] | None = None,
        **members: str | int,
    ) -> None:
        """``status`` and ``message`` default to what S3 answers for ``code``.

        Raises KeyError for a code S3 does not have.
        """
        known_status, known_message = CODES[code]
        self.code = code
        self.status = status or known_status
        self.message = known_message if message is None else message
        self.headers = headers or {}
        self.members = {name: str(value) for name, value in members.items()}
        super().__init__(f"{self.status} {code}: {self.message}")


# code -> (status, message). Messages as Amazon S3 answers them.
CODES: dict[str, tuple[int, str]] = {
    "AccessDenied": (403, "Access Denied"),
    "NoSuchBucket": (404, "The specified bucket does not exist"),
    "NoSuchKey": (404, "The specified key does not exist."),
    "NotImplemented": (501, "A header you provided implies functionality that is not implemented"),
    "InternalError": (500, "We encountered an internal error. Please try again."),
}
