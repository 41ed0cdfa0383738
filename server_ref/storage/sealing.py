"""Bodies encrypted at rest: AES-256 in counter mode under data keys, and those keys wrapped.

Who may use which key is decided elsewhere. A sealed blob is one initial counter of 16 random
bytes a layer, then the ciphertext, as long as the body: so any byte range is read by itself, and
parts of an upload share its data keys. A data key is kept only wrapped by AES-256-GCM, whose tag
also says whether the wrapping key is the right one. The cryptography library is imported with the
first key or blob: a server without encrypted objects does not pay for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import msgspec

KEY_BYTES = 32
_BLOCK = 16  # bytes of an AES block, and of an initial counter
_NONCE = 12
_SALT = 16
_PURPOSE = b"s3compat data key"
Transform = Callable[[bytes], bytes]


class WrongKeyError(Exception):
    """The key given does not open this data key."""


class BodyCipher:
    """What encrypts and decrypts the blobs of one object; several data keys are several layers."""

    def __init__(self, keys: list[bytes]) -> None:
        """``keys`` are 32 bytes each; the first layer is the innermost."""
        self._keys = keys
        self.header = _BLOCK * len(keys)  # bytes ahead of the ciphertext

    def encrypt(self) -> tuple[bytes, Transform]:
        """The header of a new blob, and what turns its bytes into ciphertext, in their order."""
        header = os.urandom(self.header)
        return header, self._layers(header, 0)

    def decrypt(self, header: bytes, offset: int) -> Transform:
        """What turns ciphertext from byte ``offset`` of the body on into plaintext."""
        return self._layers(header, offset)

    def _layers(self, header: bytes, offset: int) -> Transform:
        # in counter mode both directions are the same, and so is the order of the layers
        layers = [
            _counter_mode(key, header[index * _BLOCK :][:_BLOCK], offset)
            for index, key in enumerate(self._keys)
        ]
        if len(layers) == 1:
            return layers[0]

        def through(data: bytes) -> bytes:
            for layer in layers:
                data = layer(data)
            return data

        return through


def _counter_mode(key: bytes, start: bytes, offset: int) -> Transform:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    counter = (int.from_bytes(start, "big") + offset // _BLOCK) % (1 << 8 * _BLOCK)
    mode = modes.CTR(counter.to_bytes(_BLOCK, "big"))
    update: Transform = Cipher(algorithms.AES256(key), mode).encryptor().update
    if offset % _BLOCK:
        update(bytes(offset % _BLOCK))  # the keystream of the bytes before, in the same block
    return update


def new_data_keys(layers: int) -> list[bytes]:
    """Fresh data keys, one a layer."""
    return [os.urandom(KEY_BYTES) for _ in range(layers)]


def wrap(data_key: bytes, key: bytes, context: Mapping[str, str]) -> bytes:
    """A data key as it may be kept; opens with the same 32-byte key and context only."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return salt + nonce + AESGCM(_derived(key, salt)).encrypt(nonce, data_key, _bytes(context))


def unwrap(wrapped: bytes, key: bytes, context: Mapping[str, str]) -> bytes:
    """The data key; raises WrongKeyError."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = wrapped[:_SALT], wrapped[_SALT : _SALT + _NONCE]
    try:
        return AESGCM(_derived(key, salt)).decrypt(
            nonce, wrapped[_SALT + _NONCE :], _bytes(context)
        )
    except InvalidTag as error:
        raise WrongKeyError from error


def _derived(key: bytes, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt, _PURPOSE).derive(key)


def _bytes(context: Mapping[str, str]) -> bytes:
    return msgspec.json.encode(sorted(context.items()))
