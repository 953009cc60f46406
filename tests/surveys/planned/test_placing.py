"""Where somebody who was drawn is reached: by a number of his own that takes texts."""

from __future__ import annotations

from ivr.surveys.planned.placing import Member, Number, Placed, placed
from tests.fakes.wave_house import NOW, asked

MOBILE, SECOND, LANDLINE = "+905321112233", "+905337654321", "+902122220000"


def where(*numbers: Number, locale: str = "tr", **plan: object) -> Placed:
    survey = asked(**plan)
    values = {"product": "modem", "segment": "corporate"}
    return placed(survey, survey.plans[NOW], Member("C1", locale, numbers, values))


def test_the_first_number_of_his_own_that_takes_texts_is_written_to() -> None:
    found = where(Number(1, LANDLINE), Number(2, MOBILE, shared=True), Number(3, SECOND))
    assert (found.state, found.reason, found.number) == ("scheduled", "", Number(3, SECOND))


def test_without_one_he_is_not_asked_and_the_reason_is_kept() -> None:
    assert where().reason == "no_contact_point"
    assert where(Number(1, LANDLINE)).reason == "no_contact_point"
    shared = where(Number(1, MOBILE, shared=True))
    assert (shared.state, shared.reason, shared.number) == (
        "suppressed",
        "shared_contact_point",
        None,
    )


def test_nobody_is_asked_in_a_language_that_is_not_his() -> None:
    assert where(Number(1, MOBILE), locale="de").reason == "language_missing"
    assert where(Number(1, MOBILE), locale="en").language == "en"
    assert where(Number(1, MOBILE), locale="").language == "tr"


def test_his_part_of_a_quota_is_what_the_plan_has_limits_for() -> None:
    number = Number(1, MOBILE)
    assert where(number).cell == {}
    assert where(number, quota={"product": {"modem": "5"}}).cell == {"product": "modem"}
    assert where(number, quota={"product": {"tv": "5"}}).cell == {}
    both = {"segment": {"corporate": "9"}, "product": {"modem": "5", "tv": "5"}}
    assert where(number, quota=both).cell == {"product": "modem", "segment": "corporate"}


def test_who_is_called_first_has_a_number_for_all_media_if_there_is_one() -> None:
    both = where(Number(1, LANDLINE), Number(2, MOBILE), media=["voice", "sms"])
    assert (both.number, both.medium) == (Number(2, MOBILE), "voice")
    landline = where(Number(1, LANDLINE), media=["voice", "sms"])
    assert (landline.state, landline.number, landline.medium) == (
        "scheduled",
        Number(1, LANDLINE),
        "voice",
    )
    assert where(Number(1, MOBILE)).medium == "sms"
    assert where(media=["voice"]).reason == "no_contact_point"
