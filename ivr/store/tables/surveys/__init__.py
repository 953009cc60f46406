"""The tables of surveys: what is asked and answered, and alarms about it."""

from __future__ import annotations

from ivr.store.tables.surveys.asking import (
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_rate,
    survey_response,
    survey_version,
)
from ivr.store.tables.surveys.calls import survey_call
from ivr.store.tables.surveys.deviation import metric_alarm, metric_baseline
from ivr.store.tables.surveys.talks import survey_talk
from ivr.store.tables.surveys.waves import survey_wave

__all__ = [
    "metric_alarm",
    "metric_baseline",
    "survey_answer",
    "survey_call",
    "survey_invitation",
    "survey_plan",
    "survey_rate",
    "survey_response",
    "survey_talk",
    "survey_version",
    "survey_wave",
]
