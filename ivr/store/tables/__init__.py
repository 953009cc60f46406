"""Every table, one module per group, under one MetaData that the migrations are checked against."""

from __future__ import annotations

from ivr.store.tables.calls import call, call_reply, call_snapshot, journal, owner
from ivr.store.tables.desk import audit_log, pop, wrapup
from ivr.store.tables.flows import flow_file, flow_version
from ivr.store.tables.interactions import interaction, interaction_segment
from ivr.store.tables.metadata import METADATA
from ivr.store.tables.outbox import outbox_message
from ivr.store.tables.people import (
    agent,
    login_failure,
    machine_key,
    one_use_link,
    person,
    person_session,
)
from ivr.store.tables.phones import sip_binding, sip_user
from ivr.store.tables.routing import (
    acd_decision,
    acd_event,
    acd_shard,
    agent_state,
    callback,
    offer,
    ring_group,
    waiting,
)

__all__ = [
    "METADATA",
    "acd_decision",
    "acd_event",
    "acd_shard",
    "agent",
    "agent_state",
    "audit_log",
    "call",
    "call_reply",
    "call_snapshot",
    "callback",
    "flow_file",
    "flow_version",
    "interaction",
    "interaction_segment",
    "journal",
    "login_failure",
    "machine_key",
    "offer",
    "one_use_link",
    "outbox_message",
    "owner",
    "person",
    "person_session",
    "pop",
    "ring_group",
    "sip_binding",
    "sip_user",
    "waiting",
    "wrapup",
]
