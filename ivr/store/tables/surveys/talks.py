"""Where a survey by text stands, as its machine left it, and when it must be looked at again."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from ivr.store.tables.columns import moment, of, plain, row_id, tenant, word
from ivr.store.tables.metadata import METADATA

# state: of ivr/surveys/texting, as plain data. value_norm: their number. next_at: when silence, the
# reminder or the end is due; empty = the talk is over.
survey_talk = Table(
    "survey_talk",
    METADATA,
    row_id(),
    tenant(),
    of("invitation_id", "survey_invitation", cascade=True),
    word("value_norm", 254),
    plain("state"),
    moment("next_at", missing=True),
    UniqueConstraint("invitation_id"),
)
Index("ix_survey_talk_value_norm", survey_talk.c.tenant_id, survey_talk.c.value_norm)
Index("ix_survey_talk_next_at", survey_talk.c.next_at)
