"""The error answers of S3: S3Error is one of them; their codes are in codes.py."""

from __future__ import annotations

from server_ref.errors.codes import CODES

__all__ = ["CODES", "S3Error"]


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
