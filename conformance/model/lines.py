"""The lines of a run log on disk, plain or compressed with Zstandard; they stream, and are bounded.

Which of the two a file is, its first bytes say and not its name.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SUFFIX = ".zst"
LONGEST_LINE = 64 << 20  # bytes; the longest outcome of a real run has under 1 MiB
LARGEST = 2 << 30  # bytes of one log, decompressed; the largest real one has 62 MB
_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = range(0x184D2A50, 0x184D2A60)  # magic numbers of frames without data (RFC 8878, 3.1.2)
_WINDOW: Mapping[int, int] = {
    zstd.DecompressionParameter.window_log_max: 27
}  # 128 MiB: what zstd itself takes


class LinesError(ValueError):
    """A file whose lines cannot be read, or are too much; the message says why."""


def read_lines(path: Path) -> Iterator[bytes]:
    """Each line with its newline; the last may lack one.

    Raises LinesError for a damaged file, a line over LONGEST_LINE and a log over LARGEST bytes,
    and OSError for a file that cannot be read.
    """
    read = 0
    try:
        with open_log(path) as file:
            while line := file.readline(LONGEST_LINE + 1):
                read += len(line)
                if len(line) > LONGEST_LINE:
                    raise LinesError(f"{path}: a line is longer than {LONGEST_LINE >> 20} MiB")
                if read > LARGEST:
                    raise LinesError(f"{path}: holds more than {LARGEST >> 30} GiB")
                yield line
    except (zstd.ZstdError, EOFError) as problem:
        raise LinesError(f"{path}: its Zstandard frames are damaged: {problem}") from problem


@contextmanager
def open_log(path: Path) -> Iterator[BufferedIOBase]:
    """The bytes of a log, decompressed where they are compressed."""
    with path.open("rb") as raw:
        head = raw.read(4)
        raw.seek(0)
        if head != _MAGIC and int.from_bytes(head, "little") not in _SKIPPABLE:
            yield raw
            return
        with zstd.ZstdFile(raw, "rb", options=_WINDOW) as decompressed:
            yield decompressed


def compress(source: Path, target: Path, level: int = 9) -> None:
    """Write the log at ``source`` compressed to ``target``, which is there whole or not at all."""
    with written_whole(target) as part, open_log(source) as plain, part.open("wb") as raw:
        with zstd.ZstdFile(raw, "wb", level=level) as compressed:
            shutil.copyfileobj(plain, compressed)
        raw.flush()
        os.fsync(raw.fileno())


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A path beside ``target`` to write to. It takes the target's name when the block ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name[:40]}.{secrets.token_hex(8)}.part")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
