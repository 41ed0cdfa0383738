"""Lines a person can copy to do again what a client did: curl, a CLI line, Python.

No line holds a secret: curl and the CLIs take the credentials from the environment.
"""

from __future__ import annotations

import base64
import hashlib
import pprint
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.signed_by import Signed, canonical_query, signed_by, unsigned_target
from conformance.model import Body, Exchange
from conformance.model.counting import counted

OWN_PREFIX = "AWS_"
OTHER_PREFIX = "OTHER_"  # the second account's variables, as lines name them

BODY_FILE = "body.bin"  # stands for a body that is not text, or too long to be kept
_OMITTED = {
    "authorization",
    "x-amz-date",
    "x-amz-security-token",
    "host",
    "content-length",
    "connection",
    "accept-encoding",
    "user-agent",
    "expect",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "transfer-encoding",
    "date",
}  # made again by curl or by its signature
_LINE_WIDTH = 88
_AS_GOOD_AS_NOW = 120.0  # seconds between a signature and the request that need not be said
_BLOCK = 64 * 1024
_INLINE = 200  # characters of a value that a Python line shows


def curl_line(
    exchange: Exchange, endpoint: Endpoint, signer: Credentials | None = None
) -> str | None:
    """A shell line that sends an exchange's request again with curl; None for no HTTP request.

    It is signed anew as the record was: by the same account, for the same region, and with a
    wrong secret where ``signer`` had one (curl 7.88, Debian 12's, or later). What a line
    cannot show it says in a comment before it, or in its place.
    """
    method, _, rest = exchange.request.start_line.partition(" ")
    target, _, version = rest.rpartition(" ")
    if not version.startswith("HTTP/") or not target:
        return None
    headers = exchange.request.headers
    known = {name.lower(): value for name, value in headers}
    signed = signed_by(exchange, endpoint, signer)
    if signed.unknown and _by_hand(known):
        return (
            "# curl cannot send this again: its signature is an old one, or the request was "
            "changed after it was signed. The line that runs the check again can"
        )
    left_out = [name for name in known if name.startswith("x-amz-") and name not in signed.headers]
    if signed.kind == "header" and left_out and _by_hand(known):
        return (
            f"# curl cannot send this again: {', '.join(left_out)} is not signed here, and curl "
            "signs every header. The line that runs the check again can"
        )
    if signed.kind == "header" and abs(signed.age) > _AS_GOOD_AS_NOW:
        return (
            f"# curl cannot send this again: it was signed for a time {round(signed.age)} seconds "
            "before it was sent. The line that runs the check again can"
        )
    notes = []
    words = ["curl", "-sS", "-i", "--path-as-is"]
    words += ["--head"] if method == "HEAD" else ["-X", method]
    if endpoint.insecure and exchange.url.startswith("https"):
        words.append("--insecure")
    elif endpoint.ca_bundle and exchange.url.startswith("https"):
        words += ["--cacert", endpoint.ca_bundle]
    line = shlex.join(words)
    target = target if target.startswith("/") else _after_the_host(target)
    if signed.kind == "header":
        path, mark, query = target.partition("?")
        canonical = canonical_query(query)
        if canonical is None:
            notes.append("sign this query as it stands; it may be refused")
        else:
            target = path + mark + canonical
        line += _signature_words(signed, endpoint, known)
    if signed.kind == "query" and "authorization" in known:
        return (
            "# curl cannot send this again: it is signed twice, in its URL and in a header. "
            "The line that runs the check again can"
        )
    if signed.kind == "query" and signed.forged:
        return "# curl cannot send this again: it is presigned with a secret of nobody's"
    if signed.kind == "query" and _strange_token(target, endpoint):
        return "# curl cannot send this again: its URL has a session token of nobody's"
    chunked = known.get("x-amz-content-sha256", "").startswith("STREAMING-")
    for name, value in headers:
        if name.lower() in _OMITTED or (chunked and _of_aws_chunked(name)):
            continue
        line += " -H " + shlex.quote(f"{name}: {value}" if value else f"{name};")
    if exchange.request.body.size and "content-type" not in known:
        line += " -H 'Content-Type:'"  # curl would add one for a form
    host = _host_header(exchange, known.get("host"))
    line += host
    before, body = _body(exchange, method)
    line += body
    if body.endswith(f"@{BODY_FILE}"):
        notes.append(
            f"make the body, which is not recorded whole: put it into {BODY_FILE} first, "
            f"{_size_of(exchange.request.body)}"
        )
    if signed.kind == "query":
        url = _presigned(
            method, f"{exchange.url}{unsigned_target(target)}", signed, known, endpoint
        )
        line += f' "$({url})"'
    else:
        line += " " + shlex.quote(f"{exchange.url}{target}")
    if chunked:
        notes.append("send an aws-chunked body: this sends it plain, and may be answered otherwise")
    if "customer-key" in line.lower():
        notes.append("know the customer's key, which no record holds: put yours in, and its MD5")
    if "x-amz-signature" in (exchange.request.body.text or "").lower():
        notes.append("sign a form anew: the line that runs the check again can")
    if re.search(r"[?&](uploadId|versionId)=", target):
        notes.append("know an upload or version id of another run: put in the one you are answered")
    return "".join(f"# curl cannot {note}\n" for note in notes) + before + line


def _by_hand(known: Mapping[str, str]) -> bool:
    """Whether the raw client sent it: the others' signatures are not changed afterwards."""
    return "user-agent" not in known


def _signature_words(signed: Signed, endpoint: Endpoint, known: Mapping[str, str]) -> str:
    """curl's options for a signature like this one."""
    provider = f"aws:amz:{signed.region or endpoint.region}:s3"
    prefix = _prefix(signed.access_key, endpoint)
    key = f"${prefix}ACCESS_KEY_ID" if prefix else signed.access_key
    secret = f"${prefix}SECRET_ACCESS_KEY" if prefix and not signed.forged else "not-its-secret"
    line = f" --aws-sigv4 {shlex.quote(provider)}"
    quote = '"' if prefix else "'"
    line += f" --user {quote}{key}:{secret}{quote}"
    token = known.get("x-amz-security-token")
    if token is not None:
        ours = [one.session_token for one in endpoint.all_credentials if one is not None]
        if token in ours and prefix:
            line += f' -H "x-amz-security-token: ${prefix}SESSION_TOKEN"'
        else:
            line += " -H 'x-amz-security-token: not-a-token'"
    return line


def _prefix(access_key: str, endpoint: Endpoint) -> str:
    """What the variables of this key's account begin with; "" for a key of neither."""
    other = endpoint.other_credentials
    if other is not None and access_key == other.access_key:
        return OTHER_PREFIX
    own = endpoint.credentials
    return OWN_PREFIX if own is not None and access_key == own.access_key else ""


def _strange_token(target: str, endpoint: Endpoint) -> bool:
    """Whether a presigned URL has a session token that is none of the endpoint's credentials."""
    token = dict(parse_qsl(urlsplit(target).query)).get("X-Amz-Security-Token")
    ours = [one.session_token for one in endpoint.all_credentials if one is not None]
    return token is not None and token not in ours


def _presigned(
    method: str, url: str, signed: Signed, known: Mapping[str, str], endpoint: Endpoint
) -> str:
    """The command that makes the URL anew."""
    words = ["s3compat", "presign", "--expires", str(signed.expires), "--region", signed.region]
    if method != "GET":
        words += ["--method", method]
    if abs(signed.age) > _AS_GOOD_AS_NOW or signed.age > signed.expires:
        words += ["--age", str(round(signed.age))]
    if _prefix(signed.access_key, endpoint) == OTHER_PREFIX:
        words += ["--credentials-env", OTHER_PREFIX]
    for name in signed.headers:
        if name in known and not (name == "host" and known[name] == urlsplit(url).netloc):
            words += ["--header", f"{name}: {known[name]}"]
    return shlex.join([*words, url])


def _after_the_host(target: str) -> str:
    parts = urlsplit(target)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _of_aws_chunked(name: str) -> bool:
    return name.lower() in {
        "content-encoding",
        "x-amz-decoded-content-length",
        "x-amz-trailer",
        "x-amz-content-sha256",
    }


def _host_header(exchange: Exchange, host: str | None) -> str:
    peer = urlsplit(exchange.url)
    default = {"http": 80, "https": 443}.get(peer.scheme)
    names = {peer.netloc}
    if peer.port == default:
        names.add(peer.netloc.rpartition(":")[0])
    if host is None or host in names:
        return ""
    return " -H " + shlex.quote(f"Host: {host}")


def _body(exchange: Exchange, method: str) -> tuple[str, str]:
    """What makes the body, to be put before the line, and curl's option for it."""
    body = exchange.request.body
    if body.size == 0:
        length = any(name.lower() == "content-length" for name, _ in exchange.request.headers)
        return "", " --data-binary ''" if length and method in {"PUT", "POST"} else ""
    chunked = any(
        name.lower() == "x-amz-content-sha256" and value.startswith("STREAMING-")
        for name, value in exchange.request.headers
    )
    if chunked:
        return "", f" --data-binary @{BODY_FILE}"
    if body.truncated:
        return _long_body(body)
    if body.base64 is not None:
        return f"printf %s {shlex.quote(body.base64)} | base64 -d | ", " --data-binary @-"
    text = body.text or ""
    if text.startswith("@") or "\0" in text:  # curl reads a file of that name; no shell has a NUL
        encoded = base64.b64encode(text.encode()).decode()
        return f"printf %s {shlex.quote(encoded)} | base64 -d | ", " --data-binary @-"
    return "", " --data-binary " + shlex.quote(text)


def _long_body(body: Body) -> tuple[str, str]:
    """A body the record does not hold whole, made again where it is one byte over and over."""
    kept = base64.b64decode(body.base64) if body.base64 else (body.text or "").encode()
    digest = hashlib.sha256()
    for at in range(0, body.size, _BLOCK):
        digest.update(kept[:1] * min(_BLOCK, body.size - at))
    if digest.hexdigest() != body.sha256:
        return "", f" --data-binary @{BODY_FILE}"
    byte = f"\\{kept[0]:03o}"
    return f"head -c {body.size} /dev/zero | tr '\\000' '{byte}' | ", " --data-binary @-"


def _size_of(body: Body) -> str:
    """What is known of a body that the record does not hold."""
    digest = f", SHA-256 {body.sha256}" if body.sha256 else ""
    return f"{counted(body.size, 'byte')}{digest}"


def query_of(target: str) -> dict[str, str]:
    """The decoded query of a request target."""
    return dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))


def cli_line(argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """A shell line for ``argv`` with the variables a person has to set before it.

    The values of credentials are never shown: `AWS_ACCESS_KEY_ID` and the like are named as
    variables that are set already.
    """
    shown = [f"{name}={shlex.quote(value)}" for name, value in environment.items()]
    return " ".join([*shown, shlex.join(argv)])


def boto3_lines(endpoint: Endpoint, method: str, parameters: Mapping[str, Any]) -> str:
    """Python lines that make the same call with boto3, credentials from the environment."""
    config = f"s3={{'addressing_style': {endpoint.addressing!r}}}"
    if endpoint.credentials is None:
        config += ", signature_version=botocore.UNSIGNED"
    else:
        config += ", signature_version='s3v4'"
    verify = ""
    if endpoint.insecure:
        verify = ", verify=False"
    elif endpoint.ca_bundle:
        verify = f", verify={endpoint.ca_bundle!r}"
    asker = {"other": ["# with the credentials of the other account"]}
    lines = [
        *asker.get(endpoint.who, []),
        "import boto3, botocore.config",
        f"s3 = boto3.client('s3', endpoint_url={endpoint.url!r}, "
        f"region_name={endpoint.region!r}{verify},",
        f"    config=botocore.config.Config({config}))",
    ]
    arguments = ", ".join(f"{name}={_literal(value)}" for name, value in parameters.items())
    lines.append(f"print(s3.{method}({arguments}))")
    return "\n".join(lines)


def _literal(value: Any) -> str:
    if hasattr(value, "read"):
        return f"open({BODY_FILE!r}, 'rb')"
    if isinstance(value, bytes) and len(value) > _INLINE:
        return f"open({BODY_FILE!r}, 'rb')"
    return pprint.pformat(value, width=_LINE_WIDTH, compact=True, sort_dicts=False)
