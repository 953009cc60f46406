"""A quota is never exceeded: who was asked holds a place until he answers or it is too late."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ivr.surveys.invitations import State
from ivr.surveys.quotas import Filled, Room, Standing, room
from ivr.surveys.sampling import Quota

MODEM, TV = {"product": "modem"}, {"product": "tv"}
QUOTA = Quota({"product": {"modem": 2, "tv": 1}})
AFTER = {
    State.SENT: (State.STARTED, State.EXPIRED, State.UNDELIVERED),
    State.STARTED: (State.COMPLETED, State.PARTIAL),
    State.UNDELIVERED: (State.STARTED, State.EXPIRED),
}


def standing(*filled: tuple[dict[str, str], State, int]) -> Standing:
    return Standing(MODEM, tuple(Filled(*each) for each in filled))


def test_there_is_room_until_the_answers_are_there() -> None:
    assert room(QUOTA, standing()) is Room.FREE
    assert room(QUOTA, standing((MODEM, State.COMPLETED, 1))) is Room.FREE
    assert room(QUOTA, standing((MODEM, State.COMPLETED, 2))) is Room.FULL
    assert room(QUOTA, standing((TV, State.COMPLETED, 5))) is Room.FREE


def test_who_may_still_answer_holds_a_place() -> None:
    for state in (State.SENT, State.DELIVERED, State.UNDELIVERED, State.STARTED):
        assert room(QUOTA, standing((MODEM, state, 2))) is Room.WAIT
    assert room(QUOTA, standing((MODEM, State.PARTIAL, 2))) is Room.FREE
    partials = Quota(QUOTA.limits, count_partials=True)
    assert room(partials, standing((MODEM, State.PARTIAL, 2))) is Room.FULL


def test_whoever_belongs_to_no_quota_is_asked() -> None:
    assert room(QUOTA, Standing({}, standing((MODEM, State.COMPLETED, 9)).filled)) is Room.FREE
    assert room(None, standing()) is Room.FREE


@given(st.integers(0, 2**32), st.integers(0, 4), st.integers(0, 3), st.booleans())
def test_no_order_of_sending_and_answering_exceeds_a_quota(
    seed: int, modems: int, corporate: int, partials: bool
) -> None:
    random = Random(seed)  # noqa: S311 - a test
    limits = {"product": {"modem": modems}, "segment": {"corporate": corporate}}
    quota = Quota(limits, count_partials=partials)
    cells = [MODEM, {"segment": "corporate"}, {**MODEM, "segment": "corporate"}]
    people = [(random.choice(cells), State.SCHEDULED) for _ in range(20)]
    for _ in range(120):
        one = random.randrange(len(people))
        cell, state = people[one]
        if state in AFTER:
            people[one] = cell, random.choice(AFTER[state])
        elif state is State.SCHEDULED:
            filled = tuple(Filled(of, there, 1) for of, there in people)
            if room(quota, Standing(cell, filled)) is Room.FREE:
                people[one] = cell, State.SENT
    counted = (State.COMPLETED, State.PARTIAL) if partials else (State.COMPLETED,)
    for dimension, wanted in limits.items():
        for value, limit in wanted.items():
            mine = [state for cell, state in people if cell.get(dimension) == value]
            assert sum(state in counted for state in mine) <= limit
