"""The options that say which store, and the store they mean.

Arrow is an optional library: it is asked for only here, and what is missing is said.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.model.extras import how_to_install
from s3compat.servers.cache import cache_folder

if TYPE_CHECKING:
    from reports.store.places import Place


class MissingLibraryError(Exception):
    """A library of an extra is not installed; the message says which and how."""


def add_store_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that has to do with a store."""
    add = parser.add_argument
    add("--store", required=True, metavar="DIR", help="the store: a folder, or s3://bucket/prefix")
    add("--store-endpoint", metavar="URL", help="the S3 that the bucket is on (default: "
        "AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else Amazon's)")  # fmt: skip
    add("--store-region", metavar="REGION", help="its region (default: AWS_REGION, "
        "AWS_DEFAULT_REGION, else us-east-1)")  # fmt: skip


def the_store(options: argparse.Namespace) -> Place:
    """The place that the options name. Raises StoreError and MissingLibraryError."""
    try:
        from reports.store.places import place_of
    except ImportError as problem:
        raise MissingLibraryError(
            f"a store needs pyarrow, which is not installed ({problem}); "
            + how_to_install("history")
        ) from problem
    return place_of(options.store, _endpoint(options), _region(options))


def local_store(options: argparse.Namespace) -> Path:
    """A folder with the store's tables; one in a bucket is brought to the user's cache.

    Raises StoreError and MissingLibraryError.
    """
    place = the_store(options)
    from reports.store.places import mirrored

    name = hashlib.sha256(f"{_endpoint(options)} {options.store}".encode()).hexdigest()[:24]
    return mirrored(place, cache_folder() / "stores" / name)


def _endpoint(options: argparse.Namespace) -> str:
    found = options.store_endpoint or os.environ.get("AWS_ENDPOINT_URL_S3")
    return found or os.environ.get("AWS_ENDPOINT_URL") or ""


def _region(options: argparse.Namespace) -> str:
    found = options.store_region or os.environ.get("AWS_REGION")
    return found or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
