"""What the fields of a form say of its object, and how the answer to it looks.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from server_ref.errors import S3Error
from server_ref.model.document import read
from server_ref.model.values import xml_text
from server_ref.request import BodyReader
from server_ref.rules import header_words, tags

FILE_NAME = "${filename}"
_HEADERS = frozenset(
    (
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-type",
        "expires",
    )
)
_OF_SIGNATURE = frozenset(
    ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token")
)
_OF_TRANSPORT = ("host", "origin", "referer", "user-agent")
_URL_SAFE = ":/?#[]@!$&'()*+,;=%~"


def expand(fields: Mapping[str, str], file_name: str | None) -> dict[str, str]:
    """The fields with ${filename} replaced; as they are when the file has no name (recorded).

    A name of no letters is one: https://github.com/waynehoover/s3_direct_upload/issues/155
    """
    if file_name is None:
        return dict(fields)
    return {name: value.replace(FILE_NAME, file_name) for name, value in fields.items()}


def headers_of(fields: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """The headers a PUT of the same object would have; ``sent`` are those of the POST.

    A line end would end a header, so it becomes a space. User metadata is taken to the letter,
    encoded words too; of other headers what is not Latin-1 becomes a space (all recorded).
    """
    headers = {name: sent[name] for name in _OF_TRANSPORT if name in sent}
    for name, value in fields.items():
        known = name in _HEADERS or (name.startswith("x-amz-") and name not in _OF_SIGNATURE)
        if known or name == "acl":
            if name.startswith("x-amz-meta-"):
                text = header_words.literal(re.sub(r"[\r\n]+", " ", value))
            else:
                text = re.sub(r"[\x00-\x08\x0a-\x1f\x7f]+|[^\x00-\xff]", " ", value)
            headers["x-amz-acl" if name == "acl" else name] = text
    return headers


def tagging_header(document: str) -> str:
    """The field ``tagging``, an XML document, as x-amz-tagging says it.

    A document that is no Tagging tags nothing (recorded). Raises S3Error MalformedXML, InvalidTag,
    BadRequest.
    """
    root = read(document.encode())
    found = [
        {child.name: child.text for child in tag.children}
        for tag_set in root.children
        if root.name == "Tagging" and tag_set.name == "TagSet"
        for tag in tag_set.children
    ]
    return urlencode(tags.from_object_members({"TagSet": found}))


class Measured:
    """A file that is held to the sizes of the policy; more than is allowed is only counted."""

    length: int | None = None

    def __init__(self, file: BodyReader, least: int, most: int) -> None:
        self._file = file
        self._least, self._most = least, most
        self._size = 0
        self.trailers: Mapping[str, str] = {}

    def read(self, size: int = 1 << 18, /) -> bytes:
        """Raises S3Error EntityTooLarge or EntityTooSmall once the file's size is known."""
        data = self._file.read(size)
        self._size += len(data)
        if self._size > self._most:
            while more := self._file.read():
                self._size += len(more)
            raise S3Error("EntityTooLarge", ProposedSize=self._size, MaxSizeAllowed=self._most)
        if not data and self._size < self._least:
            raise S3Error("EntityTooSmall", ProposedSize=self._size, MinSizeAllowed=self._least)
        return data


def redirect(fields: Mapping[str, str], bucket: str, key: str, etag: str) -> str | None:
    """Where success_action_redirect sends the browser; None without a URL that can be read."""
    target = fields.get("success_action_redirect") or fields.get("redirect") or ""
    try:
        url = urlsplit(target)
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not url.netloc or re.search(r"[\x00-\x20]", target):
        return None
    added = urlencode({"bucket": bucket, "key": key, "etag": etag})
    query = f"{url.query}&{added}" if url.query else added
    return quote(url._replace(query=query).geturl(), safe=_URL_SAFE)


def post_response(location: str, bucket: str, key: str, etag: str) -> bytes:
    """The document of an answer with status 201."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<PostResponse><Location>{xml_text(location)}</Location>"
        f"<Bucket>{xml_text(bucket)}</Bucket><Key>{xml_text(key)}</Key>"
        f"<ETag>{xml_text(etag)}</ETag></PostResponse>"
    ).encode()
