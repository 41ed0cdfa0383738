"""A bucket's properties as AIStore has them: checksum, versioning, features, backend, provider.

They are kept under one name among the bucket's configurations. A bucket of another provider than
``ais`` has a name in the store that no S3 request can spell, so both may have one name.
"""

from __future__ import annotations

from typing import Any

import msgspec

from server_ref.errors import S3Error
from server_ref.storage.records import Bucket

NAME = "aistore"  # of the configuration
PROVIDERS = ("ais", "aws", "azure", "gcp", "oci")
CHECKSUMS = ("xxhash2", "xxhash", "md5", "none")


class Properties(msgspec.Struct, frozen=True):
    """``backend`` is the provider and the name of the bucket behind this one, or None."""

    checksum: str = "xxhash2"
    versioning: bool = True
    features: int = 0
    backend: tuple[str, str] | None = None


def of(store: Any, bucket: Bucket) -> Properties:
    """The properties of a bucket; the defaults where none was set."""
    kept = store.get_config(bucket, NAME)
    return msgspec.convert(kept, Properties) if kept else Properties()


def change(store: Any, bucket: Bucket, **changes: Any) -> Properties:
    """Set some of them; what all of them are then."""
    changed = msgspec.structs.replace(of(store, bucket), **changes)
    store.put_config(bucket, NAME, msgspec.to_builtins(changed))
    return changed


def stored_name(provider: str, name: str) -> str:
    """The name in the store of a provider's bucket."""
    return name if provider == "ais" else f"{provider}://{name}"


def provider_and_name(bucket: Bucket) -> tuple[str, str]:
    """The opposite of stored_name."""
    provider, mark, name = bucket.name.partition("://")
    return (provider, name) if mark else ("ais", bucket.name)


def by_name(store: Any, name: str) -> Bucket:
    """The bucket that a name alone means: an ais one before all others.

    Raises S3Error NoSuchBucket.
    """
    for provider in PROVIDERS:
        stored = stored_name(provider, name)
        if store.bucket_owner(stored) is not None:
            found: Bucket = store.bucket(stored)
            return found
    raise S3Error("NoSuchBucket", BucketName=name)


def remote(store: Any, bucket: Bucket) -> tuple[str, str] | None:
    """Provider and name of the bucket outside: the backend's, or its own; None for a local one."""
    provider, name = provider_and_name(bucket)
    return of(store, bucket).backend if provider == "ais" else (provider, name)
