"""What a call leaves behind: the commands go through the journal and back."""

from __future__ import annotations

from ivr.domain.call import Turn
from ivr.domain.filing import FILED, InviteSurvey, KeepAnswer, SurveyDecided, flow_of
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.sealing import CallCodec


def test_a_survey_has_a_sub_flow_of_its_name() -> None:
    assert flow_of("support") == "survey_support"


def test_what_is_said_of_surveys_survives_the_journal() -> None:
    codec = CallCodec(PlainKeys())
    for one in (
        InviteSurvey(survey="support", talked_s=12.5, agent="ayse", outside=True),
        SurveyDecided(turn=Turn(3), medium="voice", facts={"customer_vip_rank": 2}),
        KeepAnswer(survey="support", version="0" * 64, question="csat", number=5),
    ):
        assert type(one) in FILED
        assert codec.loads(codec.dumps(one, b""), b"") == one
