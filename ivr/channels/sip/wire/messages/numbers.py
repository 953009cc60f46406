"""Who calls, and which number was dialled, out of the headers that carriers fill.

Sources: RFC 3325 (P-Asserted-Identity, Privacy: id), RFC 3323 (Privacy), RFC 3966 (tel), RFC 5806
(Diversion), RFC 7315 (P-Called-Party-ID), 3GPP TS 24.229 7.2A.20 (verstat).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from ivr.channels.sip.wire.messages.addresses import Address, parse_address, shown
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.uri import Uri, read_uri
from ivr.domain.phone import parse_phone, withheld

if TYPE_CHECKING:
    from ivr.channels.sip.wire.messages.packet import Request

DnisFrom: TypeAlias = Literal["request_uri", "to", "p_called_party_id", "diversion"]
# What RFC 3323 and 3325 let a caller ask for that means: do not tell who I am.
_HIDING = frozenset({"id", "user", "header"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. number: E.164; a short number or extension as bare digits; None if unknown.

    withheld: the caller hides the number; then number is None and display is empty, whatever the
    network knows. display: shown name, fit for screens. attestation: what the carrier says about
    its check of the number (`verstat`, such as `TN-Validation-Passed-A`), "" if nothing or if the
    trunk is not trusted.
    """

    number: str | None = None
    withheld: bool = False
    display: str = ""
    attestation: str = ""


def caller_of(request: Request, *, trust_identity: bool, country: str) -> Caller:
    """Who calls, by the network's word if the trunk is trusted, else by the sender's own.

    country: two letters, for numbers without a country code. A P-Asserted-Identity with `tel:`
    goes before one with `sip:`; one that makes no sense is passed over.
    """
    sender = request.from_
    asserted = _asserted(request) if trust_identity else []
    named = (*asserted, sender)
    if _hides(request) or any(withheld(address.uri) for address in named):
        return Caller(withheld=True)
    known = [(address, uri) for address in named if (uri := read_uri(address.uri))]
    number = next((found for _, uri in known if (found := _number(uri, country))), None)
    names = (address.display for address in named if address.display)
    verdicts = (_verstat(address, uri) for address, uri in known) if trust_identity else ()
    return Caller(
        number,
        display=shown(next(names, "")),
        attestation=next((verdict for verdict in verdicts if verdict), ""),
    )


def dialled_of(request: Request, dnis_from: DnisFrom) -> str:
    """The number or name that the caller dialled, as the carrier wrote it, without parameters.

    dnis_from: where this carrier puts it. diversion: the number first dialled, before any
    forwarding (the last line). A header that is absent or makes no sense: the Request-URI.
    """
    for text in (_dialled(request, dnis_from), request.uri):
        if text and (uri := read_uri(text)) and (user := _user(uri)):
            return user
    return ""


def _dialled(request: Request, dnis_from: DnisFrom) -> str:
    if dnis_from == "request_uri":
        return request.uri
    if dnis_from == "to":
        return request.to.uri
    name = "P-Called-Party-ID" if dnis_from == "p_called_party_id" else "Diversion"
    found = request.headers.split(name)
    address = _address(found[-1]) if found else None
    return address.uri if address else ""


def _hides(request: Request) -> bool:
    words = ";".join(request.headers.all("Privacy")).replace(",", ";").split(";")
    return any(word.strip().lower() in _HIDING for word in words)


def _asserted(request: Request) -> list[Address]:
    texts = request.headers.split("P-Asserted-Identity")
    found = [address for text in texts if (address := _address(text))]
    return sorted(found, key=lambda address: not address.uri.lower().startswith("tel:"))


def _address(text: str) -> Address | None:
    try:
        return parse_address(text)
    except WireError:
        return None


def _user(uri: Uri) -> str:
    """The number or name alone: telephone parameters may follow it inside a SIP user part."""
    return shown((uri.user or "").partition(";")[0])


def _number(uri: Uri, country: str) -> str | None:
    user = _user(uri)
    context = _in_number(uri, "phone-context")
    if context.startswith("+") and not user.startswith("+"):
        user = context + user
    return None if withheld(user) else parse_phone(user, country, keep_short=True)


def _verstat(address: Address, uri: Uri) -> str:
    return shown(_in_number(uri, "verstat") or address.params.get("verstat") or "")


def _in_number(uri: Uri, name: str) -> str:
    """A telephone parameter: of a `tel`, of the number inside a SIP user part, or of the URI."""
    if found := uri.params.get(name):
        return found
    for piece in (uri.user or "").split(";")[1:]:
        key, _, value = piece.partition("=")
        if key.strip().lower() == name:
            return value.strip()
    return ""
