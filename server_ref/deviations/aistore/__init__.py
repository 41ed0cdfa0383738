"""How AIStore's S3 front differs from Amazon S3, one deviation a difference.

The behaviours ``aistore`` and ``aistore-3.12`` put them together, with faults of the parent package
where AIStore has just that one. What AIStore has beside S3 is in ``server_ref.aistore``.
https://github.com/NVIDIA/aistore/blob/main/docs/s3compat.md
"""

from __future__ import annotations

from collections.abc import Callable

from server_ref.deviations import Change, declare, deviation

PRODUCT = "AIStore"
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01"  # without the slash Amazon's ends with


def differs(name: str, sentence: str) -> Callable[[Change], Change]:
    """Decorator: as ``deviation``, for how AIStore behaves."""
    return deviation(name, sentence, emulates=PRODUCT)


def difference(name: str, sentence: str, *changes: Change) -> None:
    """As ``declare``, for how AIStore behaves."""
    declare(name, sentence, *changes, emulates=PRODUCT)
