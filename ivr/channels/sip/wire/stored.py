"""A dialog as text, for the journal: what is needed to end it after a crash of ours."""

from __future__ import annotations

import json
from dataclasses import fields

from ivr.channels.sip.wire.words import DialogRecord, Flow

_DIALOG = tuple(each.name for each in fields(DialogRecord) if each.name != "flow")
_FLOW = tuple(each.name for each in fields(Flow))
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


def write(record: DialogRecord) -> str:
    """The text of a dialog."""
    plain = {name: getattr(record, name) for name in _DIALOG}
    plain["flow"] = {name: getattr(record.flow, name) for name in _FLOW}
    return _ENCODE(plain)


def read(text: str) -> DialogRecord | None:
    """The dialog of a text; None for what another version of us wrote otherwise."""
    try:
        plain = json.loads(text)
        flow = plain["flow"]
        plain["flow"] = Flow(
            flow["transport"], tuple(flow["local"]), tuple(flow["remote"]), flow["connection"]
        )
        plain["routes"] = tuple(plain["routes"])
        return DialogRecord(**plain)
    except (ValueError, TypeError, KeyError):
        return None
