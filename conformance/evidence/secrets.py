"""What a secret looks like: the forms it is written in, and the places where one stands.

Knows texts only; which fields of a record are looked at is ``conformance.evidence.redact``'s.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from conformance.model import Body, Exchange

REDACTED = "REDACTED"
SHORT = 8  # a secret of fewer characters is only removed where it stands as a whole value
_FRAGMENT = 6  # characters of a secret that a cut may leave and that are removed too

SECRET_HEADERS = frozenset(
    {
        "x-amz-security-token",
        "x-amz-server-side-encryption-customer-key",
        "x-amz-copy-source-server-side-encryption-customer-key",
        "x-amz-signature",
        "x-amz-credential",
        "x-amz-s3session-token",
        "x-amz-trailer-signature",
        "x-aws-ec2-metadata-token",
        "cookie",
        "set-cookie",
        "proxy-authorization",
    }
)
_CUSTOMER_KEYS = frozenset(name for name in SECRET_HEADERS if name.endswith("customer-key"))
_WORD = r"[^\s&;,'\"<>\\)}\]]+"
# a shell's variable; "x: expected a, got b"; "without x: 400 InvalidArgument"
_NOT_WORDS_OF_OURS = r"(?!\$|expected\b|[1-5]\d\d(?:[\s,;.]|$))"

# Members of the documents in which AWS hands out credentials: STS, CreateSession, the metadata and
# container services (there the session token is called Token), SSO.
_HANDED_OUT = r"(?:SecretAccessKey|SessionToken|secretAccessKey|sessionToken|accessToken|Token)"
_IN_XML = rf"(<{_HANDED_OUT}(?:\s[^<>]{{0,200}})?>)([^<]+)"
_IN_JSON = rf"(\\?[\"']{_HANDED_OUT}\\?[\"']\s{{0,20}}:\s{{0,20}}\\?[\"'])((?:[^\"'\\]|\\[^\"'])+)"

# Each pattern keeps its first group and replaces what follows it. Every repetition is bounded or
# eats what it has matched, so that a long text costs no more than its length.
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Authorization, wherever it is quoted (the scope after the key stays: it helps)
        r"(\bCredential=)[^/\s,&%]{1,256}(?=/)",
        r"(\bSignature=)[0-9a-zA-Z+/=%]+",
        r"(\bAWS )[^\s:]{1,256}:[A-Za-z0-9+/=]+",  # signature version 2
        # presigned URLs, POST form fields, JSON of either
        rf"(X-Amz-Signature['\"]?\s{{0,20}}[=:]\s{{0,20}}['\"]?){_NOT_WORDS_OF_OURS}[0-9a-fA-F]+",
        rf"(X-Amz-Credential['\"]?\s{{0,20}}[=:]\s{{0,20}}['\"]?){_NOT_WORDS_OF_OURS}[^/%&\s'\"]+",
        rf"(X-Amz-Security-Token['\"]?\s{{0,20}}[=:]\s{{0,20}}['\"]?){_NOT_WORDS_OF_OURS}{_WORD}",
        rf"(AWSAccessKeyId['\"]?\s{{0,20}}[=:]\s{{0,20}}['\"]?){_NOT_WORDS_OF_OURS}{_WORD}",
        r"(name=\"x-amz-(?:signature|credential|security-token)\"\r?\n\r?\n)[^\r\n]+",
        # aws-chunked bodies and their trailer
        r"(chunk-signature=)[0-9a-fA-F]+",
        r"(x-amz-trailer-signature:\s{0,20})[0-9a-fA-F]+",
        # S3's own error bodies
        r"(<SignatureProvided>)[^<]+",
        # keys of the customer: headers, members, options of the CLIs
        rf"(server-side-encryption-customer-key['\"]?\s{{0,20}}[=:]\s{{0,20}}['\"]?)"
        rf"{_NOT_WORDS_OF_OURS}{_WORD}",
        r"(SSECustomerKey['\"]?\s{0,20}[=:]\s{0,20})b?(?:'(?:[^'\\]|\\.){0,2048}'"
        r"|\"(?:[^\"\\]|\\.){0,2048}\")",
        rf"(SSECustomerKey['\"]?\s{{0,20}}[=:]\s{{0,20}}b?['\"]?){_NOT_WORDS_OF_OURS}{_WORD}",
        rf"(--(?:copy-source-)?sse-customer-key[ =]['\"]?)(?!fileb?:){_WORD}",
        rf"(--sse-c(?:-copy-source)?-key[ =]['\"]?)(?!fileb?:){_WORD}",
        # what the CLIs and SDKs call secrets, and what a metadata service asks back
        rf"((?:aws_)?(?:secret_access_key|secret_key|session_token|access_token)"
        rf"['\"]?\s{{0,20}}[=:]\s{{0,20}}['\"]?)(?!\$){_WORD}",
        rf"(x-aws-ec2-metadata-token['\"]?\s{{0,20}}[=:]\s{{0,20}}['\"]?)(?!\$){_WORD}",
        r"(\b(?:set-)?cookie:\s{0,20})[^\r\n'\"]+",
        _IN_XML,
        _IN_JSON,
    )
)

# Every pattern needs one of these; most texts hold none.
_TRIGGER = re.compile(
    r"signature|credential|token|customer|sse-c|secret|cookie|accesskeyid|AWS ", re.IGNORECASE
)
_MAYBE_ESCAPED = re.compile(r"%[0-9a-f]{2}|&#|\\u00|\\x[0-9a-f]|\\[0-7]{3}", re.IGNORECASE)
_SHOWN = re.compile(f"{_IN_XML}|{_IN_JSON}")
_NAMES_A_SECRET = (
    r"(?:password|passwd|secret|secret[ _-]?key|token)\b['\"]?\s{0,4}[=:]?\s{0,4}['\"]?"
)


class Secrets:
    """Some secrets, and how to take them out of a text."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self.values = tuple(dict.fromkeys(value for value in values if value))
        long = [value for value in self.values if len(value) >= SHORT]
        short = [value for value in self.values if len(value) < SHORT]
        self._forms = {form for value in long for form in _forms(value)}
        self._plain = _alternatives(self._forms)
        self._escaped = _any_escape(long)
        # in our own sentences a secret that is a word is that word
        distinct = [value for value in long if not re.fullmatch(r"[A-Za-z][a-z_-]*", value)]
        self._distinct = _alternatives({form for value in distinct for form in _forms(value)})
        self._distinct_escaped = _any_escape(distinct)
        self._short = frozenset(short)
        words = "|".join(sorted(map(re.escape, short), key=len, reverse=True))
        self._members = (
            re.compile(
                rf"(>\s{{0,20}})(?:{words})(?=\s{{0,20}}</)"  # a member of XML
                rf"|([=:]\s{{0,20}}\\?[\"'])(?:{words})(?=\\?[\"'])"  # of JSON, of Python
                rf"|({_NAMES_A_SECRET})(?:{words})(?!\w)"  # what is called one
            )
            if short
            else None
        )
        self._arguments = (
            re.compile(
                rf"((?:^|[\s=])['\"]?)(?:{words})(?=['\"]?(?:\s|$))|(:)(?:{words})(?=['\"\s@])"
            )
            if short
            else None
        )

    def whole(self, value: str) -> bool:
        """Whether ``value`` is one of the short secrets, and nothing besides."""
        return bool(self._short) and value.strip().strip("'\"") in self._short

    def prose(self, text: str) -> str:
        """A sentence of ours without secrets; words stay words."""
        text = by_place(text)
        if self._distinct is not None:
            text = self._distinct.sub(REDACTED, text)
        return _without_escaped(self._distinct_escaped, text)

    def text(self, text: str) -> str:
        """Any text without secrets."""
        text = by_place(text)
        if self._plain is not None:
            text = self._plain.sub(REDACTED, text)
        text = _without_escaped(self._escaped, text)
        return self._members.sub(_keep, text) if self._members else text

    def command(self, text: str) -> str:
        """A command line without secrets: a short one goes where it is a whole argument."""
        text = self.text(text)
        return self._arguments.sub(_keep, text) if self._arguments else text

    def cut(self, text: str) -> str:
        """``text`` without the beginning of a secret that a truncation left at its end."""
        tail = text[-max(map(len, self._forms), default=0) :] if self._forms else ""
        for form in self._forms:
            for length in range(min(len(form) - 1, len(tail)), _FRAGMENT - 1, -1):
                if tail.endswith(form[:length]):
                    return text[:-length] + REDACTED
        return text


def by_place(text: str) -> str:
    """A text without what stands where secrets stand."""
    if _TRIGGER.search(text) is not None:
        for pattern in _PATTERNS:
            text = pattern.sub(lambda found: found.group(1) + REDACTED, text)
    return text


def shown_by(exchanges: Iterable[Exchange]) -> tuple[set[str], set[str]]:
    """What exchanges show: keys of the customer, and credentials that AWS handed out."""
    keys: set[str] = set()
    credentials: set[str] = set()
    for exchange in exchanges:
        keys |= set(_customer_keys(exchange))
        credentials |= {value for value in _handed_out(exchange) if len(value) >= SHORT}
    return keys, credentials


def _customer_keys(exchange: Exchange) -> Iterable[str]:
    """The SSE-C keys that crossed the wire, Base64 as sent and as they are."""
    for name, value in exchange.request.headers:
        if name.lower() in _CUSTOMER_KEYS and value:
            yield value
            try:
                yield base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                continue  # not text: no other field can hold it as it is


def _handed_out(exchange: Exchange) -> Iterable[str]:
    """Secret keys and tokens in the bodies of an exchange, whoever gave them."""
    for name, value in exchange.request.headers:
        if name.lower() == "x-aws-ec2-metadata-token":
            yield value
    answer = exchange.response
    for message in (exchange.request, *([answer] if answer is not None else [])):
        for found in _SHOWN.finditer(plain(message.body)):
            yield found.group(2) or found.group(4)
    if answer is not None and asks_for_a_token(exchange):
        yield plain(answer.body)


def asks_for_a_token(exchange: Exchange) -> bool:
    """Whether the answer's whole body is a token of the metadata service (IMDSv2)."""
    return exchange.request.start_line.startswith("PUT /latest/api/token")


def plain(body: Body) -> str:
    """What a record keeps of a body, as text."""
    if body.text is not None:
        return body.text
    return base64.b64decode(body.base64 or "").decode("latin-1")


def _keep(found: re.Match[str]) -> str:
    return next((group for group in found.groups() if group is not None), "") + REDACTED


def _alternatives(forms: Iterable[str]) -> re.Pattern[str] | None:
    parts = sorted(map(re.escape, forms), key=len, reverse=True)
    return re.compile("|".join(parts)) if parts else None


def _forms(secret: str) -> set[str]:
    """A secret as it may be written: plain, in a URL, in XML, JSON, Base64, Python, hex."""
    data = secret.encode()
    forms = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        escape(secret),
        escape(secret, {'"': "&quot;", "'": "&apos;"}),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode(),
        data.hex(),
        data.hex().upper(),
    }
    forms |= {form.replace("=", "%3D") for form in forms if form.endswith("=")}
    forms |= _inside_base64(data)
    latin = data.decode("latin-1")  # as bytes look that are shown one by one
    return {form for form in forms | {latin} if form}


def _inside_base64(data: bytes) -> set[str]:
    """What Base64 of a longer text shows of the secret in it (`user:secret` of Basic, say)."""
    forms = set()
    for before in (1, 2):
        whole = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        forms.add(whole[before + 1 : -1])
    forms.add(base64.b64encode(data).decode().rstrip("=")[:-1])
    return {form for form in forms if len(form) >= SHORT}


def _any_escape(secrets: Iterable[str]) -> re.Pattern[str] | None:
    """The secrets with any of their characters escaped: `%xx`, `%25xx`, `&#..;`, `\\u00xx`, …"""
    parts = ["".join(_escapes(char) for char in secret) for secret in secrets]
    return re.compile("|".join(sorted(parts, key=len, reverse=True))) if parts else None


def _without_escaped(secrets: re.Pattern[str] | None, text: str) -> str:
    if secrets is None or _MAYBE_ESCAPED.search(text) is None:
        return text
    return secrets.sub(REDACTED, text)


def _escapes(char: str) -> str:
    percent = "".join(rf"%(?:25){{0,4}}{_hex(byte)}" for byte in char.encode())
    code = ord(char)
    more = [percent, rf"&#(?:0{{0,6}}{code}|[xX]0{{0,6}}{_hex_of(f'{code:x}')});"]
    if code < 0x10000:
        more.append(rf"\\{{1,4}}u{_hex_of(f'{code:04x}')}")
    if code < 0x100:
        more += [rf"\\{{1,4}}x{_hex(code)}", rf"\\{{1,4}}{code:03o}"]
    named = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "/": r"\\/"}
    if char in named:
        more.append(named[char])
    if char == " ":
        more.append(r"\+")
    return f"(?:{'|'.join([*more, re.escape(char)])})"


def _hex(byte: int) -> str:
    return _hex_of(f"{byte:02x}")


def _hex_of(digits: str) -> str:
    return "".join(f"[{one}{one.upper()}]" if one.isalpha() else one for one in digits)
