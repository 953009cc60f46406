"""Surveys: their wording and plans as they were published, who was asked, and what was answered.

Every contact that was not asked has a row too, with its reason: the funnel is a count of rows. No
answer of an anonymous plan leads to a person: its rows have neither customer nor contact nor agent.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table, UniqueConstraint

from ivr.store.tables.columns import (
    flag,
    moment,
    of,
    plain,
    public_id,
    row_id,
    tenant,
    version,
    whole,
    word,
    words,
)
from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY

_PLAN, _INVITATION, _RESPONSE = "survey_plan", "survey_invitation", "survey_response"

# Never changed once it is there. definition: all of the file but its plans.
survey_version = Table(
    "survey_version",
    METADATA,
    row_id(),
    tenant(),
    word("code", 64),
    word("hash", 64),
    whole("syntax_version"),
    plain("definition"),
    moment("published_at"),
    word("continues", 64),
    UniqueConstraint("tenant_id", "code", "hash"),
)

# A plan as it was from one day to another; edited, it gets a new row.
survey_plan = Table(
    _PLAN,
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    word("code", 64),
    word("name", 64),
    whole("position"),
    plain("definition"),
    word("seed", 64),
    flag("active", default=True),
    flag("anonymous"),
    moment("valid_from"),
    moment("valid_to", missing=True),
    UniqueConstraint("tenant_id", "code", "name", "valid_from"),
)

survey_rate = Table(
    "survey_rate",
    METADATA,
    row_id(),
    of("plan_id", _PLAN),
    word("stratum", 160),
    moment("valid_from"),
    Column("rate", Float, nullable=False),
    Column("expected", Float, nullable=False),
    UniqueConstraint("plan_id", "stratum", "valid_from"),
)

# state, reason: ivr/surveys/invitations.py. value_norm: where it is sent, empty by voice. wave: its
# key, "" = none; cell: its part of a quota, as JSON. rate: by which it was drawn. reached_at: when
# it was offered or delivered, which answers prove as well.
survey_invitation = Table(
    _INVITATION,
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    version(),
    of("plan_id", _PLAN),
    of("version_id", "survey_version"),
    Column("customer_id", BIG_KEY, nullable=True),
    Column("contact_point_id", BIG_KEY, nullable=True),
    word("value_norm", 254, missing=True),
    Column("interaction_id", BIG_KEY, nullable=True),
    Column("ticket_id", BIG_KEY, nullable=True),
    word("wave", 64),
    words("cell", missing=True),
    word("agent", 64),
    word("queue", 64),
    word("category", 128),
    word("medium"),
    word("locale"),
    word("token_hash", 64, missing=True),
    word("state"),
    word("reason"),
    Column("rate", Float, nullable=False),
    moment("created_at"),
    moment("due_at", missing=True),
    moment("sent_at", missing=True),
    moment("reached_at", missing=True),
    moment("started_at", missing=True),
    moment("ended_at", missing=True),
    moment("expires_at", missing=True),
    UniqueConstraint("plan_id", "interaction_id"),
    UniqueConstraint("plan_id", "ticket_id"),
    UniqueConstraint("token_hash"),
)
_OPEN = survey_invitation.c.state.in_(("sent", "delivered", "started"))
Index(
    "uq_survey_invitation_open",
    survey_invitation.c.tenant_id,
    survey_invitation.c.value_norm,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_survey_invitation_created_at", survey_invitation.c.created_at)
Index("ix_survey_invitation_interaction", survey_invitation.c.interaction_id)
Index("ix_survey_invitation_customer", survey_invitation.c.customer_id)
Index(
    "ix_survey_invitation_value_norm",
    survey_invitation.c.tenant_id,
    survey_invitation.c.value_norm,
)
_OF_WAVE = survey_invitation.c.wave != ""
Index(
    "uq_survey_invitation_wave",
    *(survey_invitation.c[name] for name in ("plan_id", "wave", "customer_id")),
    unique=True,
    sqlite_where=_OF_WAVE,
    postgresql_where=_OF_WAVE,
)
Index(
    "ix_survey_invitation_wave",
    *(survey_invitation.c[name] for name in ("plan_id", "wave", "state")),
    sqlite_where=_OF_WAVE,
    postgresql_where=_OF_WAVE,
)
_PLACED = survey_invitation.c.cell.is_not(None) & (survey_invitation.c.wave == "")
Index(
    "ix_survey_invitation_cell",
    *(survey_invitation.c[name] for name in ("plan_id", "state")),
    sqlite_where=_PLACED,
    postgresql_where=_PLACED,
)
_SENT = survey_invitation.c.state == "sent"
Index(
    "ix_survey_invitation_sent",
    survey_invitation.c.id,
    sqlite_where=_SENT,
    postgresql_where=_SENT,
)
_MISSED = (survey_invitation.c.state == "missed") & survey_invitation.c.due_at.is_(None)
Index(
    "ix_survey_invitation_missed",
    survey_invitation.c.id,
    sqlite_where=_MISSED,
    postgresql_where=_MISSED,
)
_WAITS = survey_invitation.c.state == "scheduled"
Index(
    "ix_survey_invitation_due",
    survey_invitation.c.due_at,
    sqlite_where=_WAITS,
    postgresql_where=_WAITS,
)

# respondent: caller agent evaluator employee; completion: started partial completed. score: of the
# key question; score_kind: csat nps ces, "" = none. No invitation: of an agent or an evaluator,
# whose name stands in `evaluator`.
# judged_at: when it was looked at for a low score, which happens once.
survey_response = Table(
    _RESPONSE,
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    of("invitation_id", _INVITATION, missing=True),
    of("plan_id", _PLAN, missing=True),
    of("version_id", "survey_version"),
    Column("interaction_id", BIG_KEY, nullable=True),
    word("evaluator", 64, missing=True),
    word("respondent"),
    word("medium"),
    word("locale"),
    word("completion"),
    whole("score", missing=True),
    word("score_kind"),
    moment("started_at"),
    moment("finished_at", missing=True),
    moment("anonymized_at", missing=True),
    moment("judged_at", missing=True),
    UniqueConstraint("invitation_id"),
    UniqueConstraint("interaction_id", "evaluator"),
)
Index("ix_survey_response_started_at", survey_response.c.started_at)
_UNJUDGED = survey_response.c.judged_at.is_(None) & survey_response.c.finished_at.is_not(None)
Index(
    "ix_survey_response_unjudged",
    survey_response.c.id,
    sqlite_where=_UNJUDGED,
    postgresql_where=_UNJUDGED,
)

# score_kind: csat nps ces of a scored question, "" = none.
survey_answer = Table(
    "survey_answer",
    METADATA,
    row_id(),
    of("response_id", _RESPONSE, cascade=True),
    word("question", 64),
    word("score_kind"),
    whole("value_num", missing=True),
    words("value_text", missing=True),
    word("recording", 200, missing=True),
    words("input_raw", missing=True),
    whole("latency_ms", missing=True),
    whole("tries", default=1),
    moment("at"),
    UniqueConstraint("response_id", "question"),
)
