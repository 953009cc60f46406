"""Surveys as they were when somebody was invited: read once from their stored definitions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.surveys.files.loading import read_version
from ivr.surveys.texting.script import Script, script_for

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports.asking.texts import Invited
    from ivr.surveys.model import Plan, Survey


class SurveyBook:
    """Rows of versions and of plans never change, so that what was read once stays right."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], tuple[Survey, Plan]] = {}

    def of(self, found: Invited) -> tuple[Survey, Plan]:
        """The wording and the plan of an invitation. Raises ValueError if they cannot be read."""
        key = (found.version, found.plan)
        if key not in self._read:
            plans = {found.plan_name: dict(found.plan_definition)}
            survey = read_version(json.dumps({**found.definition, "plans": plans}))
            if found.plan_name not in survey.plans:
                raise ValueError(f"the plan {found.plan_name} cannot be read any more")
            self._read[key] = survey, survey.plans[found.plan_name]
        return self._read[key]

    def script(self, found: Invited, now: datetime) -> Script:
        """The survey in the language of an invitation; its end is that of the invitation."""
        survey, plan = self.of(found)
        script = script_for(survey, plan, found.locale, now, found.facts)
        return script if found.expires_at is None else replace(script, expires_at=found.expires_at)
