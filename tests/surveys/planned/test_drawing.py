"""Who is drawn: the same sample in every run, whatever order customers are looked at in."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ivr.surveys.facts import Facts
from ivr.surveys.planned.drawing import Candidate, Draw, Drawn
from ivr.surveys.scopes import whole
from tests.fakes.wave_house import NOW, asked


def candidate(key: int, segment: str = "corporate", locale: str = "tr") -> Candidate:
    facts = {"customer": whole("customer", {"segment": segment})}
    return Candidate(key, f"C{key:025}", locale, Facts(facts))


def drawn(people: list[Candidate], wave: str = "2026-01-05T10:00", **plan: object) -> Drawn:
    survey = asked(**plan)
    draw = Draw(survey, survey.plans[NOW], wave)
    for each in people:
        draw.show([each])
    return draw.result()


CORPORATE = [candidate(key) for key in range(1, 1001)]
WAVES = [f"2026-{month:02}-05T10:00" for month in range(1, 13)]


def test_only_the_segment_in_a_language_of_the_survey_is_eligible() -> None:
    people = [*CORPORATE[:5], candidate(2001, "private"), candidate(2002, locale="de")]
    found = drawn([*people, candidate(2003, locale="")])
    assert (found.looked_at, found.eligible) == (8, 6)
    assert found.reasons == {"not_matching": 1, "language_missing": 1}
    assert set(found.chosen) == {1, 2, 3, 4, 5, 2003}
    assert found.rate == 1.0


@given(st.integers(0, 2**32), st.integers(0, 120))
def test_a_size_draws_the_same_people_in_any_order(seed: int, size: int) -> None:
    people = CORPORATE[:100]
    Random(seed).shuffle(people)  # noqa: S311 - a test
    found = drawn(people, size=str(size))
    assert found == drawn(CORPORATE[:100], size=str(size))
    assert len(set(found.chosen)) == len(found.chosen) == min(size, 100)
    assert sum(found.reasons.values()) + len(found.chosen) == found.looked_at
    assert found.rate == len(found.chosen) / 100


def test_a_larger_sample_contains_the_smaller_one() -> None:
    small, large = drawn(CORPORATE, size="100"), drawn(CORPORATE, size="300")
    assert set(small.chosen) < set(large.chosen)


def test_a_rate_draws_about_its_share_and_weights_give_back_the_whole() -> None:
    waves = [drawn(CORPORATE, wave, rate="10%") for wave in WAVES]
    assert {each.rate for each in waves} == {0.1}
    total = sum(len(each.chosen) / each.rate for each in waves)
    assert abs(total - 12_000) < 3 * (12_000 * 0.9 / 0.1) ** 0.5


def test_each_wave_draws_other_people() -> None:
    times = Counter(key for wave in WAVES for key in drawn(CORPORATE, wave, size="100").chosen)
    assert max(times.values()) <= 6
    assert len(times) > 600


def test_who_is_shown_twice_counts_once() -> None:
    assert drawn([*CORPORATE[:3], *CORPORATE[:3]]).looked_at == 3
