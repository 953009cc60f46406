"""Calls that ask a planned survey: written before anybody is rung up, so that none is forgotten."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from ivr.store.tables.columns import flag, moment, of, row_id, tenant, word
from ivr.store.tables.metadata import METADATA

# call: public id of the interaction, chosen before. result: of ivr/surveys/planned/tries.py, "" =
# under way. answered: somebody or something picked up; abandoned: and was not served in time.
survey_call = Table(
    "survey_call",
    METADATA,
    row_id(),
    tenant(),
    of("invitation_id", "survey_invitation", cascade=True),
    word("call", 26),
    word("result"),
    flag("answered"),
    flag("abandoned"),
    moment("placed_at"),
    moment("ended_at", missing=True),
    UniqueConstraint("call"),
)
Index("ix_survey_call_invitation", survey_call.c.invitation_id)
Index("ix_survey_call_placed_at", survey_call.c.tenant_id, survey_call.c.placed_at)
_LIVE = survey_call.c.ended_at.is_(None)
Index("ix_survey_call_live", survey_call.c.id, sqlite_where=_LIVE, postgresql_where=_LIVE)
