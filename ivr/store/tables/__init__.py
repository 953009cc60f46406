"""Every table, one module per group, under one MetaData that the migrations are checked against."""

from __future__ import annotations

from ivr.store.tables.calls import call, call_reply, call_snapshot, journal, owner
from ivr.store.tables.flows import flow_file, flow_version
from ivr.store.tables.interactions import interaction, interaction_segment
from ivr.store.tables.metadata import METADATA
from ivr.store.tables.outbox import outbox_message
from ivr.store.tables.phones import sip_binding, sip_user

__all__ = [
    "METADATA",
    "call",
    "call_reply",
    "call_snapshot",
    "flow_file",
    "flow_version",
    "interaction",
    "interaction_segment",
    "journal",
    "outbox_message",
    "owner",
    "sip_binding",
    "sip_user",
]
