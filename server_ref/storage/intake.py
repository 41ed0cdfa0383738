"""Taking a body in: blocks to memory or to a file, digests as they pass. Memory is constant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO, NamedTuple

from server_ref.storage.bodies import Bodies
from server_ref.storage.hashing import Digests, ThreadedDigests
from server_ref.storage.sealing import BodyCipher

BLOCK = 1 << 19  # bytes; smaller costs calls, larger costs memory a connection
_HASTEN = 1 << 20  # bytes written before the disk is asked to begin
Read = Callable[[int], bytes]


class TooLongError(Exception):
    """The body is longer than was allowed; it was not read further."""


class Taken(NamedTuple):
    """A body that a transaction may name: bytes, or a durable file, or neither when empty.

    Size and digests are the body's; where it is sealed, what is stored is its ciphertext.
    """

    size: int
    md5: bytes
    checksums: dict[str, str]  # base64, by algorithm
    data: bytes | None
    file: str | None


def take(
    bodies: Bodies,
    read: Read,
    algorithms: Iterable[str],
    *,
    inline: int,
    limit: int,
    cipher: BodyCipher | None = None,
) -> Taken:
    """Read a body to its end; up to ``inline`` bytes stay in memory, more become a file.

    With a ``cipher`` nothing but ciphertext reaches either.

    Raises TooLongError past ``limit`` bytes, OSError, and what ``read`` raises; nothing is left.
    """
    head = read(BLOCK)
    while head and len(head) <= inline:
        more = read(BLOCK)
        if not more:
            break
        head += more
    if len(head) > limit:
        raise TooLongError
    if len(head) <= inline:
        small = Digests(algorithms)
        small.update(head)
        stored = _sealed(head, cipher) if head and cipher is not None else head
        return Taken(len(head), *small.finish(), stored or None, None)
    name, file = bodies.create()
    digests = ThreadedDigests(algorithms)
    try:
        encrypt = None
        if cipher is not None:
            header, encrypt = cipher.encrypt()
            _write(file, header)
        size, hastened, block = 0, 0, head
        while block:
            size += len(block)
            if size > limit:
                raise TooLongError
            digests.update(block)
            _write(file, block if encrypt is None else encrypt(block))
            if size - hastened >= _HASTEN:
                bodies.hasten(file, hastened, size - hastened)
                hastened = size
            block = read(BLOCK)
        bodies.keep(name, file)
    except BaseException:
        digests.finish()
        bodies.discard(name, file)
        raise
    return Taken(size, *digests.finish(), None, name)


def _sealed(data: bytes, cipher: BodyCipher) -> bytes:
    header, encrypt = cipher.encrypt()
    return header + encrypt(data)


def _write(file: BinaryIO, block: bytes) -> None:
    written = file.write(block)
    while written < len(block):  # an unbuffered file may take less, before a disk is full
        block = block[written:]
        written = file.write(block)
