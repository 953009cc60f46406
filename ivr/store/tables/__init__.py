"""Every table, one module per group, under one MetaData that the migrations are checked against."""

from __future__ import annotations

from ivr.store.tables.calls import call, call_reply, call_snapshot, journal, owner
from ivr.store.tables.catalogue import (
    asset,
    calendar_rev,
    product,
    queue_limit,
)
from ivr.store.tables.compliance import consent_event, contact_refused, erasure_request, legal_hold
from ivr.store.tables.customers import (
    contact_point,
    customer,
    customer_identifier,
    customer_key,
    customer_merge,
    customer_merge_item,
    identity_candidate,
)
from ivr.store.tables.desk import audit_log, pop, wrapup
from ivr.store.tables.flows import flow_file, flow_version
from ivr.store.tables.intake import auto_reply, intake_item, mailbox_position
from ivr.store.tables.integration import (
    endpoint_state,
    external_ref,
    inbox_message,
    inbox_position,
    kept_answer,
    outbox_delivery,
    outbox_event,
)
from ivr.store.tables.interactions import interaction, interaction_segment
from ivr.store.tables.knowledge import kb_article, kb_use
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
from ivr.store.tables.sla import escalation_fired, sla_clock, sla_clock_event
from ivr.store.tables.surveys import (
    metric_alarm,
    metric_baseline,
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_rate,
    survey_response,
    survey_talk,
    survey_version,
    survey_wave,
)
from ivr.store.tables.texts import text_message, text_part
from ivr.store.tables.tickets import (
    attachment,
    number_sequence,
    ticket,
    ticket_article,
    ticket_category,
    ticket_change,
    ticket_checklist_item,
    ticket_interaction,
    ticket_link,
    ticket_merge,
    ticket_tag,
)

__all__ = [
    "METADATA",
    "acd_decision",
    "acd_event",
    "acd_shard",
    "agent",
    "agent_state",
    "asset",
    "attachment",
    "audit_log",
    "auto_reply",
    "calendar_rev",
    "call",
    "call_reply",
    "call_snapshot",
    "callback",
    "consent_event",
    "contact_point",
    "contact_refused",
    "customer",
    "customer_identifier",
    "customer_key",
    "customer_merge",
    "customer_merge_item",
    "endpoint_state",
    "erasure_request",
    "escalation_fired",
    "external_ref",
    "flow_file",
    "flow_version",
    "identity_candidate",
    "inbox_message",
    "inbox_position",
    "intake_item",
    "interaction",
    "interaction_segment",
    "journal",
    "kb_article",
    "kb_use",
    "kept_answer",
    "legal_hold",
    "login_failure",
    "machine_key",
    "mailbox_position",
    "metric_alarm",
    "metric_baseline",
    "number_sequence",
    "offer",
    "one_use_link",
    "outbox_delivery",
    "outbox_event",
    "outbox_message",
    "owner",
    "person",
    "person_session",
    "pop",
    "product",
    "queue_limit",
    "ring_group",
    "sip_binding",
    "sip_user",
    "sla_clock",
    "sla_clock_event",
    "survey_answer",
    "survey_invitation",
    "survey_plan",
    "survey_rate",
    "survey_response",
    "survey_talk",
    "survey_version",
    "survey_wave",
    "text_message",
    "text_part",
    "ticket",
    "ticket_article",
    "ticket_category",
    "ticket_change",
    "ticket_checklist_item",
    "ticket_interaction",
    "ticket_link",
    "ticket_merge",
    "ticket_tag",
    "waiting",
    "wrapup",
]
