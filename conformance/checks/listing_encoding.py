"""Checks of encoding-type=url: every name in a listing is encoded, and pages still follow."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_plus

from conformance.trial import Answer, Trial, check

HARD = "a+b%25 é/ä&=.txt"  # a plus, a percent sign, a blank, other scripts, XML's own characters
MANY_PAGES = 10


def _texts(got: Answer, name: str) -> list[str]:
    """What stands in each element of this name, as it stands."""
    found = re.findall(rf"<{name}>([^<]*)</{name}>", (got.body or b"").decode("utf-8"))
    return [str(one) for one in found]


def _is_encoded(t: Trial, got: Answer, element: str, expected: list[str]) -> None:
    """The elements decode to ``expected``, and hold no character that has to be encoded."""
    texts = _texts(got, element)
    decoded = sorted(unquote_plus(one) for one in texts)
    t.expect.equal(decoded, sorted(expected), f"{element}, decoded", of=got)
    _has_no_other_characters(t, got, element)


def _has_no_other_characters(t: Trial, got: Answer, element: str) -> None:
    for one in _texts(got, element):
        plain = re.fullmatch(r"[A-Za-z0-9/*._~!'()+%-]*", one) is not None
        t.expect.true(plain, f"{element} {one!r} is encoded", of=got)


@check("list-objects-v2", proved_by=["v2-question-not-encoded"], only=("raw",))
def url_encoding_is_of_the_question_too(t: Trial) -> None:
    """With encoding-type=url Prefix, Delimiter, StartAfter, Key and CommonPrefixes are encoded."""
    t.given.object(HARD)
    t.given.object("a+b%25 é")
    prefix, start = t.key("a+b%25 "), t.key("a+b%25 !")
    asked = (
        f"list-type=2&encoding-type=url&prefix={quote(prefix, safe='')}"
        f"&start-after={quote(start, safe='')}"
    )

    grouped = t.raw("GET", f"/{t.bucket}", query=f"{asked}&delimiter=%2F")
    odd = t.raw("GET", f"/{t.bucket}", query=f"{asked}&delimiter=%C3%9F")  # ß, in no key

    t.expect.status(grouped, 200)
    _is_encoded(t, grouped, "Prefix", [prefix, t.key("a+b%25 é/")])
    _is_encoded(t, grouped, "StartAfter", [start])
    _is_encoded(t, grouped, "Key", [t.key("a+b%25 é")])
    t.expect.status(odd, 200)
    _is_encoded(t, odd, "Delimiter", ["ß"])


@check("list-objects", proved_by=["v1-markers-not-encoded"], only=("raw",))
def url_encoding_is_of_the_markers_too(t: Trial) -> None:
    """With encoding-type=url Marker and NextMarker are encoded; decoded, it leads to the rest."""
    for name in ("a é", "b é", "c é"):
        t.given.object(name)
    asked = f"encoding-type=url&delimiter=%2F&max-keys=1&prefix={quote(t.prefix, safe='')}"

    first = t.raw("GET", f"/{t.bucket}", query=f"{asked}&marker={quote(t.key('a é'), safe='')}")

    t.expect.status(first, 200)
    _is_encoded(t, first, "Marker", [t.key("a é")])
    _has_no_other_characters(t, first, "NextMarker")
    _is_encoded(t, first, "Key", [t.key("b é")])
    marker = unquote_plus((_texts(first, "NextMarker") or [""])[0])
    rest = t.raw("GET", f"/{t.bucket}", query=f"{asked}&marker={quote(marker, safe='')}")
    _is_encoded(t, rest, "Key", [t.key("c é")])


@check("list-object-versions", proved_by=["versions-markers-not-encoded"], only=("raw",))
def url_encoding_is_of_the_key_markers_too(t: Trial) -> None:
    """With encoding-type=url KeyMarker, NextKeyMarker and the keys of versions are encoded."""
    for name in ("a é", "b é", "c é"):
        t.given.object(name)
    asked = f"versions&encoding-type=url&max-keys=1&prefix={quote(t.prefix, safe='')}"

    got = t.raw("GET", f"/{t.bucket}", query=f"{asked}&key-marker={quote(t.key('a é'), safe='')}")

    t.expect.status(got, 200)
    _is_encoded(t, got, "KeyMarker", [t.key("a é")])
    _is_encoded(t, got, "NextKeyMarker", [t.key("b é")])
    _is_encoded(t, got, "Key", [t.key("b é")])


@check(
    "list-multipart-uploads",
    proved_by=["uploads-markers-not-encoded"],
    only=("raw",),
    level="should",
)
def url_encoding_is_of_uploads_too(t: Trial) -> None:
    """With encoding-type=url KeyMarker, NextKeyMarker and the keys of uploads are encoded."""
    for name in ("a é", "b é", "c é"):
        t.given.call("CreateMultipartUpload", Key=name)
    asked = f"uploads&encoding-type=url&max-uploads=1&prefix={quote(t.prefix, safe='')}"

    got = t.raw("GET", f"/{t.bucket}", query=f"{asked}&key-marker={quote(t.key('a é'), safe='')}")

    t.expect.status(got, 200)
    _is_encoded(t, got, "KeyMarker", [t.key("a é")])
    _is_encoded(t, got, "NextKeyMarker", [t.key("b é")])
    _is_encoded(t, got, "Key", [t.key("b é")])


@check("list-objects-v2", proved_by=["v2-token-of-encoded-names-is-lost"], only=("boto3", "raw"))
def pages_follow_with_encoded_names(t: Trial) -> None:
    """Keys with `+`, `%`, blanks and other scripts, encoded, one a page: each comes once."""
    names = ["a+b", "a b", "a%2Bb", "a%b", "ä", "日本/x"]
    keys = sorted((t.given.object(name).key for name in names), key=str.encode)

    seen: list[str] = []
    asked = {"Bucket": t.bucket, "Prefix": t.prefix, "MaxKeys": 1, "EncodingType": "url"}
    for _ in range(MANY_PAGES):
        page = t.call("ListObjectsV2", **asked)
        names = [unquote_plus(entry["Key"]) for entry in page.members.get("Contents") or []]
        seen += names
        t.expect.true(len(names) <= 1, "no page has more than the one that was asked for", of=page)
        if not page.members.get("IsTruncated"):
            break
        asked["ContinuationToken"] = page.need("NextContinuationToken")

    t.expect.equal(seen, keys, "keys, page by page")


@check("list-objects-v2", proved_by=["v2-encoding-not-told"], only=("raw",))
def answer_says_that_names_are_encoded(t: Trial) -> None:
    """EncodingType is `url` where it was asked for, and missing where it was not."""
    t.given.object("a")
    asked = f"list-type=2&prefix={quote(t.prefix, safe='')}"

    encoded = t.raw("GET", f"/{t.bucket}", query=f"{asked}&encoding-type=url")
    plain = t.raw("GET", f"/{t.bucket}", query=asked)

    t.expect.equal(_texts(encoded, "EncodingType"), ["url"], "EncodingType", of=encoded)
    t.expect.status(plain, 200)
    t.expect.equal(_texts(plain, "Key"), [t.key("a")], "Key", of=plain)
    t.expect.equal(_texts(plain, "EncodingType"), [], "EncodingType, not asked for", of=plain)
