"""The draw, its strata and quotas (surveys.md 5, tests 22 and 23)."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.surveys.sampling import (
    Quota,
    expected_contacts,
    is_selected,
    nightly_rate,
    position,
    rate_of_contact,
    smallest,
    stratum_key,
)

SEED = "tr-cc-2026"
TEN_THOUSAND = [f"X{number:025d}" for number in range(10_000)]


@pytest.mark.parametrize(
    ("seed", "public_id", "expected"),
    [
        ("tr-cc-2026", "01KAJ9Q3Z8M4T7W2Y6B5C1D0EF", 0.444069),
        ("tr-cc-2026", "01KAJ9Q3Z8M4T7W2Y6B5C1D0EG", 0.423111),
        ("en-cc-2026", "01KAJ9Q3Z8M4T7W2Y6B5C1D0EF", 0.810358),
    ],
)
def test_a_position_hangs_on_seed_and_id_alone(seed: str, public_id: str, expected: float) -> None:
    assert round(position(seed, public_id), 6) == expected


def test_rate_0_selects_nobody_and_rate_1_everybody() -> None:
    assert not any(is_selected(SEED, each, 0) for each in TEN_THOUSAND)
    assert all(is_selected(SEED, each, 1) for each in TEN_THOUSAND)


def test_ten_percent_of_ten_thousand_are_exactly_the_969_of_the_design() -> None:
    assert sum(is_selected(SEED, each, 0.1) for each in TEN_THOUSAND) == 969


def test_other_seeds_stay_inside_the_99_percent_limits_about_as_often_as_they_should() -> None:
    counts = [
        sum(is_selected(f"seed {number}", each, 0.1) for each in TEN_THOUSAND)
        for number in range(20)
    ]
    assert sum(923 <= count <= 1077 for count in counts) >= 19


def test_two_nodes_and_two_runs_draw_the_same_hundred_thousand() -> None:
    contacts = [f"{number:026d}" for number in range(100_000)]
    first = [each for each in contacts if is_selected(SEED, each, 0.1)]
    second = {each for each in reversed(contacts) if is_selected(SEED, each, 0.1)}
    assert set(first) == second
    assert abs(len(first) - 10_000) <= 2.576 * sqrt(100_000 * 0.1 * 0.9)


def test_a_larger_rate_keeps_everybody_whom_a_smaller_one_selects() -> None:
    few = {each for each in TEN_THOUSAND if is_selected(SEED, each, 0.1)}
    many = {each for each in TEN_THOUSAND if is_selected(SEED, each, 0.25)}
    assert few < many


def test_a_wave_takes_the_smallest_positions_in_whatever_order_the_list_came() -> None:
    taken = smallest(SEED, TEN_THOUSAND, 400)
    assert taken == smallest(SEED, [*reversed(TEN_THOUSAND), TEN_THOUSAND[7]], 400)
    assert len(set(taken)) == 400
    largest = position(SEED, taken[-1])
    assert sum(position(SEED, each) <= largest for each in TEN_THOUSAND) == 400


def test_a_wave_larger_than_its_list_takes_the_whole_list() -> None:
    assert sorted(smallest(SEED, TEN_THOUSAND[:3], 400)) == TEN_THOUSAND[:3]
    with pytest.raises(ValueError, match="0 or more"):
        smallest(SEED, TEN_THOUSAND, -1)


def test_an_agent_with_forty_contacts_gets_a_quarter_of_them_invited() -> None:
    assert nightly_rate(0.1, 10, expected_contacts([50, 38, 42, 40, 40])) == 0.25
    assert expected_contacts([0, 0, 30, 10]) == 20, "a group of two weeks"
    assert expected_contacts([30, 0, 0, 10]) == 10, "weeks without a contact count"


def test_a_large_stratum_keeps_the_base_and_a_tiny_one_is_asked_whole() -> None:
    assert nightly_rate(0.1, 10, 4000) == 0.1
    assert nightly_rate(0.1, 10, 3) == 1
    assert nightly_rate(0.1, 10, expected_contacts([])) == 1
    assert nightly_rate(0.1, 0, 3) == 0.1


def test_a_contact_of_two_strata_has_the_larger_rate() -> None:
    rates = {stratum_key("queue", "support"): 0.1, "agent=1201": 0.25, "agent=7": 0.5}
    assert rate_of_contact(0.1, ["queue=support", "agent=1201"], rates) == 0.25
    assert rate_of_contact(0.1, ["queue=cards"], rates) == 0.1


def test_the_weights_of_the_asked_add_up_to_the_eligible_in_every_stratum_and_in_all() -> None:
    sizes = {"agent=1": 4000, "agent=2": 400, "agent=3": 40, "agent=4": 4}
    rates = {key: nightly_rate(0.1, 10, size) for key, size in sizes.items()}
    total, variance = 0.0, 0.0
    for key, size in sizes.items():
        rate = rate_of_contact(0.1, [key], rates)
        asked = sum(is_selected(SEED, f"{key}:{number:020d}", rate) for number in range(size))
        spread = size * (1 - rate) / rate
        assert abs(asked / rate - size) <= 3 * sqrt(spread) + 1e-9
        total, variance = total + asked / rate, variance + spread
    assert abs(total - sum(sizes.values())) <= 3 * sqrt(variance)


@given(st.text(max_size=30), st.text(max_size=40))
def test_a_position_is_a_share_whatever_the_words(seed: str, public_id: str) -> None:
    assert 0 <= position(seed, public_id) <= 1


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_rate_that_is_no_share_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        is_selected(SEED, "x", rate)


def test_a_quota_fills_by_completed_answers_and_by_partial_ones_if_it_says_so() -> None:
    limits = {"product": {"modem": 100, "tv": 100}}
    answers = {("product", "modem"): (99, 5), ("product", "tv"): (100, 0)}
    strict, lenient = Quota(limits), Quota(limits, count_partials=True)
    assert not strict.is_full({"product": "modem"}, answers)
    assert lenient.is_full({"product": "modem"}, answers)
    assert strict.is_full({"product": "tv"}, answers)


def test_what_a_quota_does_not_name_has_no_limit() -> None:
    quota = Quota({"product": {"modem": 0}})
    assert quota.is_full({"product": "modem"}, {})
    assert not quota.is_full({"product": "phone"}, {})
    assert not quota.is_full({"region": "izmir"}, {})
