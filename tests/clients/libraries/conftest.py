"""The libraries, each with a stand-in in its place."""

from __future__ import annotations

import importlib.metadata
from types import SimpleNamespace
from typing import Any

import pytest

from tests.clients.libraries.telling import SETTINGS, faked, loaded


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: f"of {name}")


@pytest.fixture
def obstore(monkeypatch: pytest.MonkeyPatch) -> Any:
    top, store = faked(monkeypatch, "obstore", "obstore.store")
    store.S3Store.side_effect = lambda bucket, **_options: ("store", bucket)
    top.get.return_value.bytes.return_value = b"body"
    top.list.return_value = [["page"]]
    module = loaded("obstore_says")
    return SimpleNamespace(says=module, top=top, store=store, lib=module.Library(SETTINGS))


@pytest.fixture
def minio(monkeypatch: pytest.MonkeyPatch) -> Any:
    top, common, deleting, versioning = faked(
        monkeypatch,
        "minio",
        "minio.commonconfig",
        "minio.deleteobjects",
        "minio.versioningconfig",
    )
    common.CopySource.side_effect = lambda *words, **more: ("source", *words, more)
    common.Tags.new_object_tags.side_effect = dict
    deleting.DeleteObject.side_effect = lambda *words: words
    versioning.VersioningConfig.side_effect = lambda status: ("config", status)
    s3 = top.Minio.return_value
    s3.get_object.return_value.stream.return_value = [b"bo", b"dy"]
    s3.list_objects.return_value = ["entry"]
    s3.remove_objects.return_value = []
    module = loaded("minio_says")
    return SimpleNamespace(says=module, top=top, s3=s3, lib=module.Library(SETTINGS))
