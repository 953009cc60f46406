"""Views for other programs that read the database: figures without names, numbers and texts.

Their names and columns are a promise, the tables behind them are none. They are made anew with
every upgrade, so that a migration may change any table. Test calls and merged tickets are left out,
and so are answers that were promised to be anonymous. Times are UTC, lengths milliseconds (`_ms`)
or seconds (`_s`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

VIEWS: Mapping[str, str] = MappingProxyType(
    {
        "open_contact": """
SELECT tenant_id, public_id AS contact, medium, direction, started_at, answered_at, ended_at,
       flow, flow_version, locale AS language, outcome, last_queue AS queue, last_agent AS agent,
       category, wrapup_code, ivr_ms, wait_ms, talk_ms, hold_ms, wrapup_ms, resolved_first,
       repeat_of_id IS NOT NULL AS is_repeat
  FROM interaction WHERE NOT is_test""",
        "open_segment": """
SELECT i.tenant_id, i.public_id AS contact, s.seq, s.kind, s.queue, s.agent, s.started_at,
       s.ended_at, s.result
  FROM interaction_segment s JOIN interaction i ON i.id = s.interaction_id WHERE NOT i.is_test""",
        "open_ticket": """
SELECT t.tenant_id, t.number, t.kind, t.status, t.state_type, t.priority, t.severity, t.category,
       t.team, t.assignee AS agent, t.source, p.code AS product, t.opened_at, t.first_response_at,
       t.resolved_at, t.closed_at, t.due_at, t.reopen_count, t.contact_count, t.root_cause,
       t.resolution_code
  FROM ticket t LEFT JOIN product p ON p.id = t.product_id WHERE t.merged_into IS NULL""",
        "open_clock": """
SELECT t.tenant_id, t.number, c.metric, c.policy, c.kind, c.verdict, c.started_at, c.finished_at,
       c.breached_at, c.counted_s, c.target_s
  FROM sla_clock c JOIN ticket t ON t.id = c.ticket_id WHERE t.merged_into IS NULL""",
        "open_score": """
SELECT n.tenant_id, n.code AS survey, n.name AS plan_name, v.queue, v.agent, v.category, v.medium,
       v.rate, v.created_at AS invited_at, a.question, a.score_kind AS kind, a.value_num AS value
  FROM survey_answer a JOIN survey_response r ON r.id = a.response_id
  JOIN survey_invitation v ON v.id = r.invitation_id JOIN survey_plan n ON n.id = v.plan_id
 WHERE NOT n.anonymous AND r.respondent = 'caller' AND a.score_kind <> ''
   AND a.value_num IS NOT NULL""",
        "open_agent_time": """
SELECT agent, state, reason, queue, since AS since_ns,
       LEAD(since) OVER (PARTITION BY agent ORDER BY since) AS until_ns
  FROM agent_span""",
    }
)
"""Name -> what it shows."""


def make_views(connection: Connection) -> None:
    """Every view, as this version has it."""
    for name, question in VIEWS.items():
        connection.execute(text(f"CREATE VIEW {name} AS {question}"))


def drop_views(connection: Connection) -> None:
    """None of them any more, so that tables can be changed."""
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
