"""What a page may say over its WebSocket: hello once, then acknowledgements, nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_TOPICS = 50
MOST_TEXT = 256
STAGES = ("received", "rendered")


class GarbledError(ValueError):
    """Not one of the messages that a page may send."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message. ticket: opens the door once. last_seq: seen so far, 0 = nothing."""

    ticket: str
    device: str
    last_seq: int
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ack:
    """Everything up to this number has arrived."""

    seq: int


@dataclass(frozen=True, slots=True)
class PopSeen:
    """A screen pop has arrived, or stands on the screen."""

    pop: str
    rev: int
    stage: str


Said = Hello | Ack | PopSeen


def read_said(text: str) -> Said:
    """One message of a page. Raises GarbledError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise GarbledError("not JSON") from None
    if not isinstance(value, dict) or len(value) != 1:
        raise GarbledError("not one message")
    if "hello" in value:
        return _hello(_record(value["hello"]))
    if "ack" in value:
        return Ack(_count(value["ack"]))
    if "pop" in value:
        return _seen(_record(value["pop"]))
    raise GarbledError("an unknown message")


def _hello(given: Mapping[str, Any]) -> Hello:
    topics = given.get("topics", [])
    if not isinstance(topics, list) or len(topics) > MOST_TOPICS:
        raise GarbledError("topics is a short list")
    names = tuple(dict.fromkeys(_text(topic) for topic in topics))
    return Hello(
        ticket=_text(given.get("ticket")),
        device=_text(given.get("device", "")),
        last_seq=_count(given.get("last_seq", 0)),
        topics=names,
    )


def _seen(given: Mapping[str, Any]) -> PopSeen:
    stage = given.get("stage")
    if stage not in STAGES:
        raise GarbledError("an unknown stage")
    return PopSeen(_text(given.get("pop_id")), _count(given.get("rev")), str(stage))


def _record(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise GarbledError("not an object")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        raise GarbledError("not a short text")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise GarbledError("not a number")
    return value
