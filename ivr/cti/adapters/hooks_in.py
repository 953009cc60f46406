"""Reading what ticket systems post to us: signed by a secret that both know.

Neither speaks as standardwebhooks.com asks for: Zammad signs the body alone, and Zendesk the time
of signing followed by the body.
Source: admin-docs.zammad.org, "Webhook"; developer.zendesk.com, "Verifying webhook authenticity".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.cti.sources.answer import GarbledError, parse_answer
from ivr.domain.errors import NotSignedError, NotValidError
from ivr.runtime.ports.far.inbox import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.cti.adapters.far import HookIn

TOLERANCE = timedelta(minutes=5)
"""How far the time of signing may be from ours."""
MOST_KEPT = 65_536
"""Characters of a body that are kept for people."""
_MOST_ID = 64


def from_zammad(hook: HookIn) -> Sequence[Message]:
    """A trigger's webhook with its usual payload: `ticket` and, if somebody wrote, `article`."""
    signed = hmac.new(hook.secret.encode(), hook.body, hashlib.sha1).hexdigest()
    _check(hook.headers.get("x-hub-signature", ""), f"sha1={signed}")
    said = _object(hook.body)
    ticket = _part(said, "ticket")
    article = said.get("article")
    wrote = isinstance(article, dict) and bool(article)
    return [
        Message(
            event=hook.headers.get("x-zammad-delivery", "")[:128] or _digest(hook.body),
            far_id=_id(ticket.get("id")),
            version=_version(ticket.get("updated_at"), hook.now),
            what="article" if wrote else "ticket",
            body=_kept(hook.body),
        )
    ]


def from_zendesk(hook: HookIn) -> Sequence[Message]:
    """An event (`zen:event-type:ticket.*`), or a trigger's own body with `ticket_id`."""
    stamp = hook.headers.get("x-zendesk-webhook-signature-timestamp", "")
    signed = hmac.digest(
        hook.secret.encode(), stamp.encode("utf-8", "replace") + hook.body, hashlib.sha256
    )
    given = hook.headers.get("x-zendesk-webhook-signature", "")
    _check(given, base64.b64encode(signed).decode())
    _check_time(stamp, hook.now)
    said = _object(hook.body)
    detail = said.get("detail")
    ticket = detail if isinstance(detail, dict) else {"id": said.get("ticket_id")}
    happened = ticket.get("updated_at") or said.get("time") or said.get("updated_at")
    event = str(said.get("id") or hook.headers.get("x-zendesk-webhook-invocation-id", ""))
    return [
        Message(
            event=event[:128] or _digest(hook.body),
            far_id=_id(ticket.get("id")),
            version=_version(happened, hook.now),
            what=str(said.get("type") or "trigger").rpartition(":")[2][:128],
            body=_kept(hook.body),
        )
    ]


def _check(given: str, right: str) -> None:
    if not hmac.compare_digest(given.encode("utf-8", "replace"), right.encode()):
        raise NotSignedError("the signature is missing or wrong")


def _check_time(stamp: str, now: datetime) -> None:
    """Too old or from the future: somebody says again what he once heard."""
    try:
        signed_at = datetime.fromisoformat(stamp)
    except ValueError:
        raise NotSignedError("the time of the signature is no time") from None
    if signed_at.tzinfo is None or abs(now - signed_at) > TOLERANCE:
        raise NotSignedError("the signature is too old, or the clocks differ")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = parse_answer(body)
    except GarbledError:
        raise NotValidError("the body is not JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise NotValidError("the body is no JSON object")
    return found


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    if not isinstance(found, dict):
        raise NotValidError(f"the body has no {name}; use the payload that comes as a default")
    return found


def _id(value: object) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (0 < len(text) <= _MOST_ID and text.isascii() and text.isalnum()):
        raise NotValidError("the body names no ticket")
    return text


def _version(value: object, now: datetime) -> str:
    """A moment that sorts as text; now for one that is not told or no time."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        at = now
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _kept(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\0", "")[:MOST_KEPT]


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
