"""Members of a request as a check gives them, turned into what an SDK or the wire wants.

A check's members are Amazon's; a `CopySource` string is what the header holds, URL-encoded.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from conformance.clients.base import ClientCannotError


def for_sdk(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Members as a boto3 or aws CLI user writes them: the SDK encodes a CopySource itself."""
    members = {name: value for name, value in parameters.items() if value is not None}
    source = members.get("CopySource")
    if isinstance(source, str):
        path, mark, version = source.partition("?versionId=")
        members["CopySource"] = unquote(path) + mark + version
    return members


def source_of_copy(members: dict[str, Any], command: str) -> str:
    """``bucket/key`` of a CopySource, which is taken from the members, for a ``command``.

    Raises ClientCannotError for a version of the source: the commands of CLIs name none.
    """
    source = members.pop("CopySource")
    if isinstance(source, Mapping):
        version = source.get("VersionId")
        path = f"{source['Bucket']}/{source['Key']}"
    else:
        path, _, version = source.removeprefix("/").partition("?versionId=")
    if version:
        raise ClientCannotError(f"{command} cannot name a version of the source")
    return path


def for_wire(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Members as the wire has them, from those a boto3 user may write.

    A CopySource mapping becomes the header's text; an SSE-C key given as it is becomes Base64
    with its MD5 beside it, unless the MD5 is given (then both stand as they are).
    """
    members = {name: value for name, value in parameters.items() if value is not None}
    source = members.get("CopySource")
    if isinstance(source, Mapping):
        text = quote(f"{source['Bucket']}/{source['Key']}", safe="/~")
        version = source.get("VersionId")
        members["CopySource"] = text if version is None else f"{text}?versionId={version}"
    for prefix in ("SSECustomer", "CopySourceSSECustomer"):
        key = members.get(f"{prefix}Key")
        if key is not None and f"{prefix}KeyMD5" not in members:
            data = key.encode() if isinstance(key, str) else bytes(key)
            digest = hashlib.md5(data, usedforsecurity=False).digest()
            members[f"{prefix}Key"] = base64.b64encode(data).decode()
            members[f"{prefix}KeyMD5"] = base64.b64encode(digest).decode()
    return members
