"""Zammad's generic CTI: newCall, answer and hangup of each call, posted to a URL with a token.

`answer` and `hangup` are told only after `newCall` was taken; if that failed, the rest of the call
is skipped and counted, since Zammad raises an error for a call it does not know. `newCall` is sent
once: a second one would be a second line in the caller log. A call that goes on over a restart of
ours is skipped too, since nobody knows any more whether Zammad has heard of it.
Source: acd-cti.md 11 (2); docs.zammad.org, "Generic CTI".
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.cti.adapters import Action, Adapter, Place
from ivr.cti.post import DEADLINE, TOLD, InOrder, Post, UndeliveredError
from ivr.cti.sources.answer import GarbledError, parse_answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.cti.news import CallNews

_LOG = logging.getLogger(__name__)
_OPENS = ("call.queued", "call.offered", "call.answered", "call.ended")
_MOST_ACTION = 64
_CAUSES = {
    "busy": "busy",
    "rejected": "busy",
    "declined": "busy",
    "full": "busy",
    "abandoned": "cancel",
    "cancelled": "cancel",
    "caller_left": "cancel",
    "caller_gone": "cancel",
    "noanswer": "noAnswer",
    "no_answer": "noAnswer",
    "timeout": "noAnswer",
    "nobody": "noAnswer",
    "system_lost": "congestion",
    "failed": "congestion",
    "unreachable": "congestion",
    "media_timeout": "congestion",
    "signal_lost": "congestion",
    "transferred": "forwarded",
}
"""Our words for an end -> Zammad's; everything else is normalClearing."""
_HINTS = {401: "the token in the URL is wrong", 422: "generic CTI is not enabled in Zammad"}


@dataclass(slots=True)
class _Known:
    """What Zammad knows of a call. begun: None before newCall, False if that failed."""

    begun: bool | None = None


class Zammad:
    """One Zammad; implements `Told`."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._post = Post(f"zammad {place.name}", place.target, place.clock)
        self._order = InOrder(place.tasks, f"zammad {place.name}")
        self._calls: dict[str, _Known] = {}

    def tell(self, news: CallNews) -> None:
        """Pass on what Zammad has a word for."""
        if news.kind not in _OPENS:
            return
        due = self._place.clock.now() + DEADLINE
        if not self._order.put(news.call, lambda: self._pass_on(news, due)):
            self._skip()

    async def close(self) -> None:
        """Let go of every connection."""
        await self._post.close()

    async def _pass_on(self, news: CallNews, due: datetime) -> None:
        known = self._calls.setdefault(news.call, _Known(False if news.recovered else None))
        try:
            if known.begun is None:
                known.begun = False
                await self._begin(news, due)
                known.begun = True
            elif not known.begun and news.kind != "call.offered":
                self._skip()
            if known.begun and news.kind == "call.answered":
                await self._send(_answer(news, self._users(news)), due)
            if known.begun and news.kind == "call.ended":
                await self._send(_hangup(news), due)
        finally:
            if news.kind == "call.ended":
                self._calls.pop(news.call, None)

    async def _begin(self, news: CallNews, due: datetime) -> None:
        users = self._users(news) if news.kind != "call.ended" else []
        answer = await self._send(_new_call(news, users), due)
        action = read_action(answer)
        if action is not None:
            self._place.acted(news.call, action)

    async def _send(self, event: Mapping[str, Any], due: datetime) -> bytes:
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            answer = await self._post.send(body, {}, due)
        except UndeliveredError as error:
            if error.status in _HINTS:
                facts = {"to": self._place.name, "hint": _HINTS[error.status]}
                _LOG.error("zammad_refuses", extra={"facts": facts})
            raise
        return answer.body

    def _users(self, news: CallNews) -> list[str]:
        return [self._place.show_name(agent) for agent in news.agents]

    def _skip(self) -> None:
        TOLD.labels(self._post.name, "skipped").inc()


def read_action(body: bytes) -> Action | None:
    """What Zammad wants done: reject or dial; None for an empty, strange or garbled answer."""
    try:
        answer = parse_answer(body) if body.strip() else None
    except GarbledError:
        return None
    if not isinstance(answer, dict):
        return None
    if answer.get("action") == "reject":
        return Action("reject", reason=_text(answer.get("reason")) or "busy")
    if answer.get("action") == "dial" and _text(answer.get("number")):
        caller_id = _text(answer.get("caller_id"))
        return Action("dial", caller_id=caller_id, number=_text(answer.get("number")))
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _MOST_ACTION else ""


def _new_call(news: CallNews, users: list[str]) -> Mapping[str, Any]:
    extra: dict[str, Any] = {"queue": news.queue} if news.queue else {}
    return {**_head("newCall", news), **extra, **({"user": users} if users else {})}


def _answer(news: CallNews, users: list[str]) -> Mapping[str, Any]:
    extra = {"user": users} if users else {}
    number = {"answeringNumber": news.number.removeprefix("+")} if news.number else {}
    return {**_head("answer", news), **extra, **number}


def _hangup(news: CallNews) -> Mapping[str, Any]:
    number = {"answeringNumber": news.number.removeprefix("+")} if news.number else {}
    cause = _CAUSES.get(news.cause, "normalClearing")
    return {**_head("hangup", news), "cause": cause, **number}


def _head(event: str, news: CallNews) -> dict[str, Any]:
    return {
        "event": event,
        "callId": news.call,
        "from": news.ani.removeprefix("+") or "anonymous",
        "to": news.dnis.removeprefix("+"),
        "direction": news.direction,
    }


ADAPTER = Adapter(open=Zammad)
