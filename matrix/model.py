"""The operations of Amazon's S3 service model, and how many of them the rows cover.

The names are read from the data file that botocore carries, without importing botocore: asking
what is covered costs no client start-up.
"""

from __future__ import annotations

import gzip
import importlib.util
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from matrix.reading import MatrixError
from matrix.schema import Matrix

_SERVICE = Path("s3") / "2006-03-01"


class _ServiceModel(msgspec.Struct):
    operations: dict[str, msgspec.Raw]


@dataclass(frozen=True)
class Coverage:
    """Which operations of the service model at least one row is made of.

    ``covered`` and ``missing`` are sorted and together are the whole model of the installed
    botocore, ``total`` operations; an older botocore has fewer.
    """

    covered: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many operations the service model has."""
        return len(self.covered) + len(self.missing)


def data_folder() -> Path:
    """The folder of botocore's data that says what S3 is; raises MatrixError without a botocore.

    S3COMPAT_BOTOCORE_DATA names that of another botocore than the installed one, so that old
    clients are measured against today's S3. The reference server reads it too, and by itself.
    """
    given = os.environ.get("S3COMPAT_BOTOCORE_DATA")
    if given:
        return Path(given)
    found = importlib.util.find_spec("botocore")
    if found is None or found.origin is None:
        raise MatrixError("botocore: not installed; install boto3, which brings it")
    return Path(found.origin).parent / "data"


@cache
def operations() -> tuple[str, ...]:
    """Every operation of the installed botocore's S3 model, sorted (116 in botocore 1.43).

    Raises MatrixError where there is no botocore, or one whose model is not where it has been.
    """
    folder = data_folder() / _SERVICE
    plain, packed = folder / "service-2.json", folder / "service-2.json.gz"
    if packed.exists():
        encoded = gzip.decompress(packed.read_bytes())
    elif plain.exists():
        encoded = plain.read_bytes()
    else:
        raise MatrixError(f"{folder}: no service-2.json here; is this botocore complete?")
    return tuple(sorted(msgspec.json.decode(encoded, type=_ServiceModel).operations))


def coverage(matrix: Matrix) -> Coverage:
    """Which operations the rows of ``matrix`` cover and which they do not."""
    named = {operation for row in matrix.rows.values() for operation in row.operations}
    return Coverage(
        covered=tuple(name for name in operations() if name in named),
        missing=tuple(name for name in operations() if name not in named),
    )
