"""How a piece of work ends: the code of the error of S3 that it raises, or none."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.errors import S3Error


def code_of(work: Callable[[], object]) -> str:
    """The code of the S3Error that ``work`` raises; empty where it raises none."""
    try:
        work()
    except S3Error as error:
        return error.code
    return ""
