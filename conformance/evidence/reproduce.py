"""Lines a person can copy to do again what a client did: curl, a CLI line, Python.

No line holds a secret: curl and the CLIs take the credentials from the environment.
"""

from __future__ import annotations

import pprint
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.endpoint.endpoint import Endpoint
from conformance.model import Exchange

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
_INLINE = 200  # characters of a value that a Python line shows


def curl_line(exchange: Exchange, endpoint: Endpoint) -> str | None:
    """A `curl` command line that sends an exchange's request again; None for no HTTP request.

    A header-signed request is signed again (`--aws-sigv4`, curl 7.75 or later). A presigned one
    cannot be: the line says to make a new URL.
    """
    method, _, rest = exchange.request.start_line.partition(" ")
    target, _, version = rest.rpartition(" ")
    if not version.startswith("HTTP/") or not target:
        return None
    headers = exchange.request.headers
    known = {name.lower(): value for name, value in headers}
    presigned = re.search(r"[?&]X-Amz-Signature=", target, re.IGNORECASE)
    signed = known.get("authorization", "").startswith("AWS4-")
    words = ["curl", "-sS", "-i", "--path-as-is"]
    words += ["--head"] if method == "HEAD" else ["-X", method]
    if endpoint.insecure and exchange.url.startswith("https"):
        words.append("--insecure")
    elif endpoint.ca_bundle and exchange.url.startswith("https"):
        words += ["--cacert", endpoint.ca_bundle]
    line = shlex.join(words)
    if signed:
        provider = f"aws:amz:{_scope_region(known['authorization']) or endpoint.region}:s3"
        line += f" --aws-sigv4 {shlex.quote(provider)}"
        line += ' --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'
        if "x-amz-security-token" in known:
            line += ' -H "x-amz-security-token: $AWS_SESSION_TOKEN"'
    chunked = known.get("x-amz-content-sha256", "").startswith("STREAMING-")
    for name, value in headers:
        if name.lower() in _OMITTED or (chunked and _of_aws_chunked(name)):
            continue
        line += " -H " + shlex.quote(f"{name}: {value}" if value else f"{name};")
    if exchange.request.body.size and "content-type" not in known:
        line += " -H 'Content-Type:'"  # curl would add one for a form
    line += _host_header(exchange, known.get("host"))
    line += _body(exchange, method)
    target = target if target.startswith("/") else urlsplit(target).path
    line += " " + shlex.quote(f"{exchange.url}{target}")
    if presigned:
        return f"# presigned: make a new URL (this one expires), then\n{line}"
    if chunked:
        return f"# the client sent an aws-chunked body; curl sends it plain\n{line}"
    return line


def _scope_region(authorization: str) -> str | None:
    found = re.search(r"Credential=[^/]*(?:/[^/,]*)*?/\d{8}/([^/]+)/s3/aws4_request", authorization)
    return found.group(1) if found else None


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


def _body(exchange: Exchange, method: str) -> str:
    body = exchange.request.body
    if body.size == 0:
        length = any(name.lower() == "content-length" for name, _ in exchange.request.headers)
        return " --data-binary ''" if length and method in {"PUT", "POST"} else ""
    chunked = any(
        name.lower() == "x-amz-content-sha256" and value.startswith("STREAMING-")
        for name, value in exchange.request.headers
    )
    if body.text is None or body.truncated or chunked or "\0" in body.text:
        return f" --data-binary @{BODY_FILE}"
    text = body.text
    if text.startswith("@"):  # curl would read a file of that name
        return f" --data-binary @{BODY_FILE}"
    return " --data-binary " + shlex.quote(text)


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
    lines = [
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
