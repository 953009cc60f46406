"""The payload of a screen pop, `pop/1` of acd-cti.md 10.2: bounded, and without what is hidden."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.cti.matching import CONFIRMED, Candidate, Match
from ivr.cti.own_records import KEYED
from ivr.cti.pop_call import PopCall, plain
from ivr.cti.pop_rules import RESERVED, PopRules, fill_url
from ivr.domain.phone import mask_phone
from ivr.domain.values import Sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ivr.cti.asking import Asking
    from ivr.runtime.ports.customers import Card

MOST_BYTES = 32 * 1024
MOST_TICKETS = 10
MOST_PATH = 50
MOST_TEXT = 500
ROOM_BYTES = 512
"""Left for what the stream adds: number, time, type."""


@dataclass(frozen=True, slots=True)
class PopOffer:
    """What the offer adds to the call. waited_s: how long the caller has waited by now."""

    queue: str
    waited_s: float = 0.0
    priority: str = ""
    priority_reason: str = ""
    sticky: str = ""
    expires_at: datetime | None = None


def build(
    asking: Asking, offer: PopOffer, rules: PopRules, *, confirmed: bool = False
) -> dict[str, Any]:
    """All of the payload but its head. confirmed: the agent has made sure who it is."""
    call, match = asking.call, asking.decide()
    masked: list[str] = [name for name, value in call.shown.items() if isinstance(value, Sealed)]
    floor = CONFIRMED if confirmed else 0
    show = _Show(rules, floor, masked)
    card = asking.card(match)
    payload = {
        **_caller(call, offer),
        "entered": _entered(call, rules),
        "facts": _facts(call, rules),
        "match": _match(match, show),
        "draft": _draft(call, match),
        "customer": _customer(card),
        "last_contacts": list(asking.last_contacts(card)),
        "open_tickets": [show.record(one) for one in asking.open_tickets(match, card)][
            :MOST_TICKETS
        ],
        "survey": asking.low_score(card),
        "sticky": offer.sticky or None,
        "crm": _progress(asking),
        "url": _url(call, match, rules),
    }
    return fit(_hide(payload, rules.hidden, masked))


def fit(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload within its bound; what had to go is named in `trimmed`."""
    trimmed: list[str] = []
    for name, cut in _CUTS:
        if _size(payload) <= MOST_BYTES - ROOM_BYTES:
            break
        payload[name] = cut(payload[name])
        trimmed.append(name)
    return {**payload, "trimmed": trimmed} if trimmed else payload


def _size(payload: Mapping[str, Any]) -> int:
    return len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def _without_fields(match: dict[str, Any]) -> dict[str, Any]:
    bare = {name: match[name] for name in ("level", "rule", "result", "action")}
    records = [{**one, "fields": {}} for one in match["records"]]
    suggest = [{**one, "fields": {}} for one in match["suggest"]]
    return {**bare, "records": records, "suggest": suggest}


_CUTS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("facts", lambda _facts: {}),
    ("last_contacts", lambda rows: [{**row, "note": ""} for row in rows]),
    ("open_tickets", lambda rows: [{**row, "fields": {}} for row in rows]),
    ("match", _without_fields),
    ("entered", lambda _rows: []),
    ("last_contacts", lambda _rows: []),
    ("open_tickets", lambda _rows: []),
    ("path", lambda path: path[-5:]),
)


@dataclass(frozen=True, slots=True)
class _Show:
    """Shows records; writes down in `masked` what it leaves out. floor: level the agent adds."""

    rules: PopRules
    floor: int
    masked: list[str]

    def record(self, one: Candidate) -> dict[str, Any]:
        """One record with the fields that may be seen."""
        secret = self._sensitive(one)
        hidden = [name for name in one.fields if name in secret]
        self.masked.extend(f"{one.kind}.{name}" for name in hidden)
        fields = {name: value for name, value in one.fields.items() if name not in secret}
        head = {"kind": one.kind, "id": _short(one.id), "evidence": one.evidence, "by": one.by}
        more = {"perhaps": one.perhaps, "own": one.own, "reasons": list(one.reasons)}
        head |= {name: value for name, value in more.items() if value}
        return {**head, "fields": {name: _short(value) for name, value in fields.items()}}

    def _sensitive(self, one: Candidate) -> frozenset[str]:
        if max(one.level, self.floor) >= CONFIRMED:
            return frozenset()
        return self.rules.sensitive(one.kind)


def _caller(call: PopCall, offer: PopOffer) -> dict[str, Any]:
    path = list(call.path)
    if len(path) > MOST_PATH:
        path = [*path[:5], "...", *path[6 - MOST_PATH :]]
    return {
        "call_id": call.call,
        "interaction_id": call.call,
        "ani": call.sender.e164 or (call.sender.raw or None),
        "ani_raw": _short(call.sender.raw),
        "ani_level": call.sender.level,
        "ani_kind": str(call.sender.kind),
        "dnis": call.dnis,
        "language": call.language,
        "queue": offer.queue or call.queue,
        "wait_s": round(offer.waited_s),
        "priority": offer.priority or call.priority,
        "priority_reason": offer.priority_reason or call.text("priority_reason"),
        "path": path,
        "reason": _short(call.text("reason")),
        "callback_token": call.text("callback_token") or None,
    }


def _entered(call: PopCall, rules: PopRules) -> list[dict[str, Any]]:
    """What the caller keyed in, its end only, and whether it was confirmed."""
    verified = call.shown.get(rules.verified) is True or call.shown.get(rules.pin) is True
    return [
        {"kind": name, "value": _ending(call.text(name)), "verified": verified}
        for name in _entered_names(call, rules)
        if call.text(name)
    ]


def _entered_names(call: PopCall, rules: PopRules) -> list[str]:
    asked = [
        origin
        for lookup in rules.lookups
        if lookup.by == "entered_id"
        for origin in lookup.takes.values()
    ]
    if rules.own:
        asked += KEYED
    return [name for name in dict.fromkeys(asked) if name in call.shown and name not in RESERVED]


def _facts(call: PopCall, rules: PopRules) -> dict[str, Any]:
    """The other variables of the flow, as it gave them."""
    told = {*_entered_names(call, rules), *RESERVED, rules.verified, rules.pin}
    told |= {"reason", "priority_reason"}
    return {
        name: _short(plain(value))
        for name, value in call.shown.items()
        if name not in told and not isinstance(value, Sealed)
    }


def _match(match: Match, show: _Show) -> dict[str, Any]:
    return {
        "level": max(match.level, show.floor),
        "rule": match.rule,
        "result": match.result,
        "action": match.action,
        "records": [show.record(one) for one in match.records],
        "suggest": [show.record(one) for one in match.suggest],
    }


def _customer(card: Card | None) -> dict[str, Any] | None:
    """Who it is in our own store, where that is sure enough to show what is open for him."""
    if card is None or card.customer is None:
        return None
    return {"id": card.customer.id, "number": card.customer.number}


def _draft(call: PopCall, match: Match) -> dict[str, Any] | None:
    """A contact to begin with; nothing is stored until the agent saves it."""
    if match.action != "draft":
        return None
    return {"phone": call.sender.e164 or None, "language": call.language}


def _progress(asking: Asking) -> str:
    if asking.pending:
        return "late" if asking.settled else "pending"
    return "partial" if asking.failed else "done"


def _url(call: PopCall, match: Match, rules: PopRules) -> str | None:
    if not rules.url:
        return None
    record = match.records[0] if match.records else None
    values = {
        "call": call.call,
        "queue": call.queue,
        "record": record.id if record else "",
        "kind": record.kind if record else "",
        "ani": call.sender.e164,
    }
    return fill_url(rules.url, values) or None


def _hide(payload: dict[str, Any], hidden: tuple[str, ...], masked: list[str]) -> dict[str, Any]:
    """Leave out what agents may not see; a hidden number leaves its end to recognise it by."""
    for name in hidden:
        if payload.get(name):
            masked.append(name)
            payload[name] = mask_phone(str(payload[name])) if name == "ani" else None
    if "ani" in hidden:
        payload["ani_raw"], payload["url"] = "", None
        payload["draft"] = payload["draft"] and {**payload["draft"], "phone": None}
    return {**payload, "masked": sorted(dict.fromkeys(masked))}


def _ending(text: str) -> str:
    return f"…{text[-4:]}" if len(text) > 4 else "…"


def _short(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A text cut to a length that a screen can show; all else unchanged."""
    return value if not isinstance(value, str) or len(value) <= MOST_TEXT else value[:MOST_TEXT]
