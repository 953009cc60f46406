"""Waves of planned surveys: each round of a plan once, whoever edits the plan in between."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table, UniqueConstraint

from ivr.store.tables.columns import moment, of, plain, public_id, row_id, tenant, whole, word
from ivr.store.tables.metadata import METADATA

# key: its local time. state: drawing open stopped. chosen: keys of the customers who were drawn,
# emptied once each has his invitation; placed: so many have. reasons: why others were not drawn.
# begun_by: who began it by hand, empty = it was due.
# flow_hash: version of the flow that its calls walk, empty = it calls nobody.
survey_wave = Table(
    "survey_wave",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    of("plan_id", "survey_plan"),
    of("version_id", "survey_version"),
    word("code", 64),
    word("name", 64),
    word("key", 32),
    word("state"),
    moment("at"),
    moment("ends_at"),
    moment("drawn_at"),
    whole("looked_at"),
    whole("eligible"),
    whole("selected"),
    whole("placed", default=0),
    Column("rate", Float, nullable=False),
    plain("reasons"),
    plain("chosen"),
    word("begun_by", 64, missing=True),
    word("stopped_by", 64, missing=True),
    moment("stopped_at", missing=True),
    word("flow_hash", 64, missing=True),
    UniqueConstraint("tenant_id", "code", "name", "key"),
)
Index("ix_survey_wave_at", survey_wave.c.tenant_id, survey_wave.c.at)
_DRAWING = survey_wave.c.state == "drawing"
Index(
    "ix_survey_wave_drawing",
    survey_wave.c.id,
    sqlite_where=_DRAWING,
    postgresql_where=_DRAWING,
)
