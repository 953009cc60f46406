"""Timers and answers come at their time, each once."""

from __future__ import annotations

from ivr.domain.call import Turn
from ivr.domain.commands import Fetch
from ivr.domain.events import Fetched, TimerFired
from ivr.flow.cases.agenda import Agenda
from ivr.flow.cases.model import Lookup
from ivr.flow.cases.sources import Sources
from tests.flow.cases.scene import shop_world


def agenda(*lookups: Lookup) -> Agenda:
    """An agenda with a source."""
    return Agenda(Sources({"order": lookups}, shop_world().sources, "tr"))


def test_what_is_due_is_taken_once_answers_first() -> None:
    coming = agenda(Lookup("missing", {}, 0.5))
    coming.set_timer(Turn(1), 600)
    coming.look_up(Fetch(turn=Turn(2), source="order"), 100)
    assert sorted(coming.due()) == [600, 600]
    assert coming.looks_up
    assert coming.take(599) is None
    assert isinstance(coming.take(600), Fetched)
    assert not coming.looks_up
    assert coming.take(600) == TimerFired(turn=Turn(1))
    assert coming.take(600) is None


def test_what_is_closed_never_comes() -> None:
    coming = agenda(Lookup("missing"))
    coming.set_timer(Turn(1), 5)
    coming.look_up(Fetch(turn=Turn(2), source="order"), 0)
    coming.close(Turn(1))
    coming.close(Turn(2))
    assert (coming.due(), coming.take(10_000)) == ([], None)


def test_after_a_stop_a_lookup_gets_the_same_answer() -> None:
    coming = agenda(Lookup("missing"), Lookup("found"))
    coming.look_up(Fetch(turn=Turn(2), source="order"), 0)
    coming.forget()
    assert coming.due() == []
    coming.look_up(Fetch(turn=Turn(3), source="order"), 0)
    answer = coming.take(1000)
    assert isinstance(answer, Fetched)
    assert (answer.result, answer.turn) == ("missing", Turn(3))
