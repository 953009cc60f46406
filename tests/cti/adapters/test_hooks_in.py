"""What is posted to us counts only if it is signed, new enough and about a ticket."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.cti.adapters.far import HookIn
from ivr.cti.adapters.hooks_in import TOLERANCE, from_zammad, from_zendesk
from ivr.domain.errors import NotSignedError, NotValidError

SECRET = "0123456789abcdef"  # noqa: S105 - of a test
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TICKET = {"id": 17, "updated_at": "2026-11-22T14:59:59.5+03:00"}


def zammad(said: object, **more: str) -> HookIn:
    body = json.dumps(said).encode()
    signed = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    return HookIn({"x-hub-signature": f"sha1={signed}", **more}, body, SECRET, NOW)


def zendesk(said: object, at: datetime = NOW, **more: str) -> HookIn:
    body, stamp = json.dumps(said).encode(), at.strftime("%Y-%m-%dT%H:%M:%SZ")
    signed = hmac.digest(SECRET.encode(), stamp.encode() + body, hashlib.sha256)
    name = "x-zendesk-webhook-signature"
    headers = {name: base64.b64encode(signed).decode(), f"{name}-timestamp": stamp}
    return HookIn({**headers, **more}, body, SECRET, NOW)


def test_a_trigger_of_zammad_names_ticket_and_moment() -> None:
    [one] = from_zammad(
        zammad({"ticket": TICKET, "article": {"id": 3}}, **{"x-zammad-delivery": "d"})
    )
    assert (one.event, one.far_id, one.what) == ("d", "17", "article")
    assert one.version == "2026-11-22T11:59:59.500000Z"
    assert json.loads(one.body)["ticket"]["id"] == 17


def test_without_a_number_of_its_own_a_message_is_known_by_its_body() -> None:
    first, again = (from_zammad(zammad({"ticket": TICKET}))[0] for _each in range(2))
    assert first.event == again.event
    assert first.event.startswith("sha256:")
    assert first.what == "ticket"


def test_an_event_of_zendesk_names_ticket_and_moment() -> None:
    kind = "zen:event-type:ticket.comment_added"
    [one] = from_zendesk(zendesk({"id": "e1", "type": kind, "detail": {"id": "9"}, "time": "?"}))
    assert (one.event, one.far_id, one.what) == ("e1", "9", "ticket.comment_added")
    assert one.version == "2026-11-22T12:00:00.000000Z"


def test_a_trigger_of_zendesk_may_say_it_in_its_own_words() -> None:
    headers = {"x-zendesk-webhook-invocation-id": "i1"}
    [one] = from_zendesk(zendesk({"ticket_id": "9"}, NOW, **headers))
    assert (one.event, one.far_id, one.what) == ("i1", "9", "trigger")


@pytest.mark.parametrize("read", [from_zammad, from_zendesk])
@pytest.mark.parametrize("given", ["", "sha1=", "x", "ğ", "\udcff"])
def test_what_is_not_signed_is_nothing(read: object, given: str) -> None:
    whole = zammad({"ticket": TICKET}) if read is from_zammad else zendesk({"ticket_id": 9})
    headers = dict(whole.headers)
    headers[next(iter(headers))] = given
    with pytest.raises(NotSignedError):
        read(replace(whole, headers=headers))  # type: ignore[operator]
    with pytest.raises(NotSignedError):
        read(replace(whole, headers={}))  # type: ignore[operator]
    with pytest.raises(NotSignedError):
        read(replace(whole, body=whole.body + b" "))  # type: ignore[operator]


@pytest.mark.parametrize("off", [-TOLERANCE, TOLERANCE])
def test_what_was_signed_long_ago_is_not_heard_again(off: timedelta) -> None:
    from_zendesk(zendesk({"ticket_id": 9}, NOW + off))
    with pytest.raises(NotSignedError, match="too old"):
        from_zendesk(zendesk({"ticket_id": 9}, NOW + off * 1.1))
    whole = zendesk({"ticket_id": 9})
    stamp = "x-zendesk-webhook-signature-timestamp"
    for wrong in ("yesterday", "2026-11-22T12:00:00"):
        signed = hmac.digest(SECRET.encode(), wrong.encode() + whole.body, hashlib.sha256)
        headers = {"x-zendesk-webhook-signature": base64.b64encode(signed).decode(), stamp: wrong}
        with pytest.raises(NotSignedError):
            from_zendesk(replace(whole, headers=headers))


@pytest.mark.parametrize(
    "said",
    [
        [],
        "x",
        {},
        {"ticket": 1},
        {"ticket": {}},
        {"ticket": {"id": "../1"}},
        {"ticket": {"id": True}},
    ],
)
def test_what_names_no_ticket_is_refused(said: object) -> None:
    with pytest.raises(NotValidError):
        from_zammad(zammad(said))


def test_what_is_no_json_is_refused() -> None:
    body = b'{"ticket": NaN}'
    signed = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    with pytest.raises(NotValidError, match="JSON"):
        from_zammad(HookIn({"x-hub-signature": f"sha1={signed}"}, body, SECRET, NOW))
