"""Did the provider really send this request? Signatures of Twilio and SignalWire cXML.

Algorithm (Twilio, "Webhooks security" and "Sign webhooks with shared keys"): base64 of
HMAC-SHA1, with a shared key also HMAC-SHA256, over the URL and, for form posts, each parameter as
name + value sorted by name. A JSON post names the SHA-256 of its body in the query as
`bodySHA256`, and its parameters are not added.

Known weakness of the scheme, no fault of ours to mend: name and value are run together without a
separator, so a valid request may be cut differently by somebody who has seen it and its
signature. And there is no time in it. Effects must rest on turns, not on the signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache, partial
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from ivr.channels.twilio.wire.forms import Form, FormError, Octets, parse_form

if TYPE_CHECKING:
    from collections.abc import Sequence

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_BODY_HASH = b"bodySHA256"
_DEFAULT_PORTS = {"https": "443", "wss": "443", "http": "80", "ws": "80"}
_BASE = re.compile(
    r"(?P<scheme>https?|wss?)://(?P<user>[^/?#]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:@/?#\[\]]+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[^\s?#]*)?)"
)

_ESCAPED_TEXT = re.compile(rb"(?:%[89A-F][0-9A-F])+")


class Algorithm(StrEnum):
    """How a key signs, in the words of `X-Twilio-Webhooks-Signature-Settings`."""

    SHA1 = "HMAC_SHA1"
    SHA256 = "HMAC_SHA256"


_DIGESTS = {Algorithm.SHA1: "sha1", Algorithm.SHA256: "sha256"}


class Reason(StrEnum):
    """Why a request was accepted or refused: the label of the metric, never told to the sender."""

    OK = "ok"
    NO_SIGNATURE = "no_signature"
    DOUBLED = "doubled"
    GARBLED = "garbled"
    MEDIA_TYPE = "media_type"
    BODY_HASH = "body_hash"
    FORM = "form"
    TARGET = "target"
    BASE = "base"
    SETTINGS = "settings"
    NO_KEY = "no_key"
    MISMATCH = "mismatch"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Secret:
    """One key of ours. An account token has no `key_id` and checks requests that name no key.

    name: what the configuration calls it (`auth_token`, `auth_token_next`); told in the verdict.
    key_id: the provider's id of a shared key; then the request must name it.
    """

    name: str
    text: str = field(repr=False)
    key_id: str = ""
    algorithm: Algorithm = Algorithm.SHA1


@dataclass(frozen=True, slots=True)
class Rules:
    """Where the providers differ.

    values_as_sent: values of a doubled name stay in the order sent, else distinct and sorted.
    drops_any_port: on https any port may be missing from the signed URL, else only the default.
    """

    values_as_sent: bool = False
    drops_any_port: bool = True


TWILIO = Rules()
SIGNALWIRE = Rules(values_as_sent=True, drops_any_port=False)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it was received, nothing decoded.

    raw_target: path and query of the request line (`request.raw_path`).
    signatures, settings: **all** values of the two headers, so that a doubled one is seen.
    handshake: a WebSocket upgrade, which has no body and no parameters; base is then wss or ws.
    """

    raw_target: str | bytes
    signatures: Sequence[str] = field(repr=False)
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    settings: Sequence[str] = ()
    handshake: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Accepted or why not. `key`: name of the secret that fitted. `form`: fields of a form post."""

    accepted: bool
    reason: Reason
    key: str = ""
    form: Form | None = None

    @property
    def status(self) -> int:
        """The HTTP status to refuse with: 415 for a foreign content type, else 403; 200 if fine."""
        if self.accepted:
            return 200
        return 415 if self.reason is Reason.MEDIA_TYPE else 403


class _RefusedError(Exception):
    """Ends the check early; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def verify(
    request: SignedRequest, secrets: Sequence[Secret], public_base: str, rules: Rules = TWILIO
) -> Verdict:
    """Check a request against our keys and our own public URL. Never raises: doubt is a refusal.

    public_base: scheme, host, perhaps port and path prefix, as given to the provider and without
    a slash at its end; `Host` and `X-Forwarded-*` of the request play no part.
    """
    try:
        return _judge(request, secrets, public_base, rules)
    except _RefusedError as refusal:
        return Verdict(accepted=False, reason=refusal.reason)
    except Exception:  # whatever an odd request breaks, it has not proved who sent it
        return Verdict(accepted=False, reason=Reason.ERROR)


def sign(
    url: str,
    params: Sequence[tuple[str, str]],
    token: str,
    algorithm: Algorithm = Algorithm.SHA1,
    rules: Rules = TWILIO,
) -> str:
    """Sign a request as the provider does: the header value for this whole URL and these fields.

    For a JSON post put `bodySHA256` into the URL and leave the fields out. Raises
    UnicodeEncodeError for lone surrogates, which no provider can send.
    """
    octets = tuple((name.encode(), value.encode()) for name, value in params)
    text = url.partition("#")[0].encode() + _run_together(octets, rules)
    return base64.b64encode(_mac(token, algorithm, text)).decode("ascii")


def _judge(
    request: SignedRequest, secrets: Sequence[Secret], public_base: str, rules: Rules
) -> Verdict:
    given = _only_signature(request.signatures)
    target = _target(request.raw_target)
    form = _checked_body(request, target)
    tail = _run_together(form.octets, rules) if form else b""
    usable = _usable(secrets, request.settings)
    urls = _urls(public_base, target, rules)
    fits = [  # all combinations, always: time must not tell which one fits
        secret.name
        for secret in usable
        for url in urls
        if hmac.compare_digest(_mac(secret.text, secret.algorithm, url + tail), given)
    ]
    if not fits:
        raise _RefusedError(Reason.MISMATCH)
    return Verdict(accepted=True, reason=Reason.OK, key=fits[0], form=form)


def _mac(token: str, algorithm: Algorithm, text: bytes) -> bytes:
    inner, outer = _keyed(token, algorithm)
    inner, outer = inner.copy(), outer.copy()
    inner.update(text)
    outer.update(inner.digest())
    return outer.digest()


@lru_cache(maxsize=64)
def _keyed(token: str, algorithm: Algorithm) -> tuple[hashlib._Hash, hashlib._Hash]:
    """Both hashes of an HMAC (RFC 2104) that have taken in the key, which is half of the work."""
    start = partial(hashlib.new, _DIGESTS[algorithm])
    key = token.encode()
    block = start().block_size
    key = (start(key).digest() if len(key) > block else key).ljust(block, b"\0")
    return start(bytes(x ^ 0x36 for x in key)), start(bytes(x ^ 0x5C for x in key))


def _only_signature(values: Sequence[str]) -> bytes:
    """The octets of the one signature header; 20 or 32 of them, in the one right spelling."""
    if len(values) != 1:
        raise _RefusedError(Reason.DOUBLED if values else Reason.NO_SIGNATURE)
    try:
        written = values[0].encode("ascii")
        octets = binascii.a2b_base64(written, strict_mode=True)
    except ValueError as error:
        raise _RefusedError(Reason.GARBLED) from error
    # Base64 has spare bits at its end: without the second look two spellings would pass.
    if len(octets) not in {20, 32} or base64.b64encode(octets) != written:
        raise _RefusedError(Reason.GARBLED)
    return octets


def _target(raw_target: str | bytes) -> bytes:
    """Path and query as octets, the fragment cut; `*`, `host:port` and whole URLs are refused."""
    if isinstance(raw_target, str):  # the server decodes odd octets to escaped surrogates
        raw_target = raw_target.encode("utf-8", "surrogateescape")
    if not raw_target.startswith(b"/"):
        raise _RefusedError(Reason.TARGET)
    return raw_target.partition(b"#")[0]


def _checked_body(request: SignedRequest, target: bytes) -> Form | None:
    """The form of a form post; None for a JSON post with the right hash and for a handshake."""
    if request.handshake:
        if request.body:
            raise _RefusedError(Reason.BODY_HASH)
        return None
    kind = request.content_type.partition(";")[0].strip().lower()
    if kind == JSON:
        _check_body_hash(target, request.body)
        return None
    if kind != FORM:
        raise _RefusedError(Reason.MEDIA_TYPE)
    try:
        return parse_form(request.body)
    except FormError as error:
        raise _RefusedError(Reason.FORM) from error


def _check_body_hash(target: bytes, body: bytes) -> None:
    """The query must name exactly one `bodySHA256`, however escaped, and it must be this body's."""
    pairs = [pair.partition(b"=") for pair in target.partition(b"?")[2].split(b"&")]
    hashes = [value for name, _, value in pairs if _is_body_hash(name)]
    expected = hashlib.sha256(body).hexdigest().encode("ascii")
    if len(hashes) != 1 or not hmac.compare_digest(hashes[0], expected):
        raise _RefusedError(Reason.BODY_HASH)


def _is_body_hash(name: bytes) -> bool:
    return unquote_to_bytes(name.replace(b"+", b" ")) == _BODY_HASH


def _usable(secrets: Sequence[Secret], settings: Sequence[str]) -> list[Secret]:
    """Our account tokens, or the shared key the request names; an empty secret opens nothing."""
    if settings:
        key_id, algorithm = _named_key(settings)
        usable = [secret for secret in secrets if secret.key_id == key_id]
        if any(algorithm not in {"", secret.algorithm.value} for secret in usable):
            raise _RefusedError(Reason.SETTINGS)
    else:
        usable = [secret for secret in secrets if not secret.key_id]
    usable = [secret for secret in usable if secret.text]
    if not usable:
        raise _RefusedError(Reason.NO_KEY)
    return usable


def _named_key(settings: Sequence[str]) -> tuple[str, str]:
    """Key id and algorithm of `key=ID,algorithm=HMAC_SHA256`; each at most once, the id needed."""
    pairs = [part.strip().partition("=") for part in ",".join(settings).split(",")]
    named = {name: value for name, _, value in pairs}
    if len(settings) != 1 or len(named) != len(pairs) or not named.get("key"):
        raise _RefusedError(Reason.SETTINGS)
    return named["key"], named.get("algorithm", "")


def _urls(public_base: str, target: bytes, rules: Rules) -> list[bytes]:
    """The URL as configured, and with its port the other way round: dropped, or written out."""
    spellings = _spellings(target)
    return [base + spelled for base in _bases(public_base, rules) for spelled in spellings]


@lru_cache(maxsize=64)
def _bases(public_base: str, rules: Rules) -> tuple[bytes, bytes]:
    """Worked out once per trunk. What raises is not kept."""
    return public_base.encode(), _other_port(public_base, rules).encode()


def _spellings(target: bytes) -> tuple[bytes, ...]:
    """The target as received and, if it escapes letters beyond ASCII, as it was configured.

    HTTP cannot carry `/España`; Twilio sends `/Espa%C3%B1a` and signs what was configured. Only
    capital escapes of valid UTF-8 are undone, so no two targets share a spelling.
    """
    if b"%" not in target:
        return (target,)
    plain = _ESCAPED_TEXT.sub(_unescaped, target)
    return (target,) if plain == target or not target.isascii() else (target, plain)


def _unescaped(run: re.Match[bytes]) -> bytes:
    octets = unquote_to_bytes(run[0])
    return octets if octets.decode("utf-8", "replace").encode() == octets else run[0]


def _other_port(public_base: str, rules: Rules) -> str:
    base = _BASE.fullmatch(public_base)
    if base is None or int(base["port"] or 0) > 65_535:
        raise _RefusedError(Reason.BASE)
    scheme, default = base["scheme"], _DEFAULT_PORTS[base["scheme"]]
    port = base["port"]
    if port is None:
        port = f":{default}"
    elif port == default or (rules.drops_any_port and default == "443"):
        port = ""
    else:
        port = f":{port}"
    return f"{scheme}://{base['user'] or ''}{base['host']}{port}{base['path']}"


def _run_together(octets: Octets, rules: Rules) -> bytes:
    """All parameters as name + value without separators, sorted by name."""
    if rules.values_as_sent:
        ordered = sorted(octets, key=lambda pair: pair[0])
    else:
        ordered = sorted(set(octets))
    return b"".join([name + value for name, value in ordered])
