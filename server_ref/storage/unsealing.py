"""From what is kept of a sealed body to the cipher that reads it, or S3's word for why not.

Whether the caller may use a key is decided by the rules of encryption; that a key is there, enabled
and the right one, here: nobody reads a sealed body past it.
"""

from __future__ import annotations

from server_ref.errors import S3Error
from server_ref.storage.keystore import ENABLED, PENDING_DELETION, Key, KeyStore
from server_ref.storage.records import Sealed
from server_ref.storage.sealing import BodyCipher, WrongKeyError, unwrap

CUSTOMER = "SSE-C"


def unseal(keys: KeyStore, sealed: Sealed, customer_key: bytes | None) -> BodyCipher:
    """What reads and writes the object's blobs.

    Raises S3Error InvalidRequest without the customer's key, AccessDenied for another one, and
    KMS.NotFoundException, KMS.DisabledException or KMS.KMSInvalidStateException.
    """
    return BodyCipher(data_keys(keys, sealed, customer_key))


def data_keys(keys: KeyStore, sealed: Sealed, customer_key: bytes | None) -> list[bytes]:
    """The data keys in the open; raises as `unseal`."""
    if sealed.method == CUSTOMER:
        if customer_key is None:
            raise key_missing()
        try:
            return [unwrap(wrapped, customer_key, sealed.context) for wrapped in sealed.keys]
        except WrongKeyError as error:
            raise wrong_key() from error
    arn = sealed.kms_key or ""
    key = keys.find(arn.rpartition("/")[2])
    if key is None:
        raise no_such_key(arn)
    check_usable(key)
    return [keys.unwrap(key, wrapped, sealed.context) for wrapped in sealed.keys]


def check_usable(key: Key) -> None:
    """Raises S3Error KMS.DisabledException or KMS.KMSInvalidStateException (recorded)."""
    if key.state == PENDING_DELETION:
        raise S3Error("KMS.KMSInvalidStateException", f"{key.arn} is pending deletion.")
    if key.state != ENABLED:
        raise S3Error("KMS.DisabledException", f"{key.arn} is disabled.")


def no_such_key(arn: str) -> S3Error:
    """The key of this ARN is not there."""
    return S3Error("KMS.NotFoundException", f"Key '{arn}' does not exist")


def key_missing() -> S3Error:
    """The customer's key is needed and was not sent."""
    return S3Error(
        "InvalidRequest",
        "The object was stored using a form of Server Side Encryption. The correct parameters "
        "must be provided to retrieve the object.",
    )


def wrong_key() -> S3Error:
    """The customer's key is not the one the object was stored with."""
    return S3Error(
        "AccessDenied",
        "Requests specifying Server Side Encryption with Customer provided keys must provide "
        "the correct secret key.",
    )
