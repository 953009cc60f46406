"""One leg without sound: what plays, what a key does to it, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.call import Prompt, Turn
from ivr.domain.commands import Close, Collect, HangUp, Note, Play
from ivr.domain.events import KeysCollected, PromptEnded
from ivr.domain.values import Sealed, open_sealed
from ivr.media.line import Line, length_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

FOUR_S = Prompt("main", "tr", "ana", 4.0)
WHOLE = Prompt("notice", "tr", "not", 1.5, barge_in=False)


class Leg:
    """A line, and what its speaker did: what began to sound, and when it was silenced."""

    def __init__(self) -> None:
        self.sounds: list[tuple[list[str], int]] = []
        self.silences: list[int] = []
        self.line = Line(self._sounding, self.silences.append)

    def _sounding(self, prompts: Sequence[Prompt], at_ms: int) -> None:
        self.sounds.append(([prompt.name for prompt in prompts], at_ms))

    def collect(self, at_ms: int = 0, turn: int = 2, **more: Any) -> list[Any]:  # noqa: ANN401
        how = {"prompts": (FOUR_S,), "language": "tr", "keys": ("1", "12"), **more}
        return list(self.line.carry_out(Collect(turn=Turn(turn), **how), at_ms))


def told(events: list[Any]) -> list[tuple[int, str, str]]:
    """Turn, keys and reason of each answer."""
    return [(event.turn, open_sealed(event.keys), event.reason) for event in events]


def test_a_listen_plays_its_prompts_and_silence_ends_it() -> None:
    leg = Leg()
    assert leg.collect() == []
    assert leg.sounds == [(["main"], 0)]
    assert leg.line.listening
    assert leg.line.due_ms == 9000
    assert leg.line.tick(8999) == []
    assert told(leg.line.tick(9000)) == [(2, "", "none")]
    assert not leg.line.listening
    assert leg.line.due_ms is None
    assert leg.line.tick(20000) == []


def test_a_key_stops_the_prompts_and_answers() -> None:
    leg = Leg()
    leg.collect()
    assert leg.line.press("1", 1000) == []
    assert leg.silences == [1000]
    assert told(leg.line.press("2", 1500)) == [(2, "12", "match")]
    assert leg.silences == [1000]


def test_a_prompt_that_must_be_heard_plays_on_under_a_key() -> None:
    leg = Leg()
    leg.collect(prompts=(WHOLE, FOUR_S))
    assert leg.line.press("1", 500) == []
    assert leg.silences == []
    leg.line.press("1", 2000)
    assert leg.silences == [2000]


def test_a_word_stops_the_prompts_and_answers() -> None:
    leg = Leg()
    leg.collect(words=("kredi",))
    (answer,) = leg.line.say("kredi", 1000)
    assert answer == KeysCollected(
        turn=Turn(2), keys=Sealed(""), reason="match", words="kredi", ended_by="words"
    )
    assert leg.silences == [1000]
    assert leg.line.say("kredi", 1100) == []


def test_keys_before_a_listen_are_typed_ahead_and_then_nothing_is_played() -> None:
    leg = Leg()
    assert leg.line.press("1", 0) == []
    assert leg.line.press("2", 10) == []
    assert leg.line.press("7", 20) == []
    (answer,) = leg.collect(100)
    assert told([answer]) == [(2, "12", "match")]
    assert answer.left == Sealed("7")
    assert leg.sounds == []


def test_a_new_line_takes_over_the_keys_the_call_knows_of() -> None:
    leg = Leg()
    assert told(leg.collect(ahead=Sealed("12"))) == [(2, "12", "match")]
    assert told(leg.collect(ahead=Sealed("12"), turn=3)) == []


def test_flush_forgets_keys_typed_ahead() -> None:
    leg = Leg()
    leg.line.press("1", 0)
    assert leg.collect(100, flush=True) == []
    assert leg.sounds == [(["main"], 100)]
    fresh = Leg()
    assert fresh.collect(ahead=Sealed("12"), flush=True) == []


def test_a_play_ends_after_its_prompts() -> None:
    leg = Leg()
    assert leg.line.carry_out(Play(turn=Turn(3), prompts=(WHOLE, FOUR_S)), 100) == []
    assert leg.sounds == [(["notice", "main"], 100)]
    assert leg.line.due_ms == 5600
    assert leg.line.tick(5599) == []
    assert leg.line.tick(5600) == [PromptEnded(turn=Turn(3))]
    assert leg.line.due_ms is None


def test_keys_during_a_play_are_typed_ahead() -> None:
    leg = Leg()
    leg.line.carry_out(Play(turn=Turn(3), prompts=(FOUR_S,)), 0)
    assert leg.line.press("1", 100) == []
    assert leg.silences == []
    assert leg.line.tick(4000) == [PromptEnded(turn=Turn(3))]
    assert told(leg.collect(4000, keys=("1",))) == [(2, "1", "match")]


def test_closing_a_turn_stops_what_it_asked_for() -> None:
    leg = Leg()
    leg.line.carry_out(Play(turn=Turn(3), prompts=(FOUR_S,)), 0)
    leg.line.carry_out(Close(turn=Turn(9)), 10)
    assert leg.silences == []
    leg.line.carry_out(Close(turn=Turn(3)), 20)
    assert leg.silences == [20]
    assert leg.line.tick(9000) == []
    leg.collect(9000)
    leg.line.carry_out(Close(turn=Turn(2)), 9100)
    assert leg.silences == [20, 9100]
    assert not leg.line.listening
    assert leg.line.press("1", 9200) == []


def test_prompts_with_music_behind_them_have_no_end_until_they_are_closed() -> None:
    leg = Leg()
    leg.line.carry_out(Play(turn=Turn(3), prompts=(FOUR_S,), music=""), 0)
    assert leg.line.due_ms is None
    assert leg.line.tick(4000) == []
    leg.line.carry_out(Close(turn=Turn(3)), 5000)
    assert leg.silences == [5000]
    leg.line.carry_out(Play(turn=Turn(4), prompts=(), music="song.wav"), 6000)
    leg.line.carry_out(Play(turn=Turn(5), prompts=(FOUR_S,)), 7000)
    assert leg.line.tick(11000) == [PromptEnded(turn=Turn(5))]


def test_a_new_listen_throws_an_open_one_away() -> None:
    leg = Leg()
    leg.collect()
    leg.collect(1000, turn=5)
    assert told(leg.line.tick(10000)) == [(5, "", "none")]


def test_a_secret_entry_shows_dots_only() -> None:
    leg = Leg()
    leg.collect(keys=(), entry_least=4, entry_most=4, secret=True, type_ahead=False)
    for key in "123":
        leg.line.press(key, 5000)
    (answer,) = leg.line.press("4", 5000)
    assert isinstance(answer, KeysCollected)
    assert "1234" not in repr(answer)
    assert open_sealed(answer.keys) == "1234"


def test_hanging_up_is_remembered_and_other_commands_do_nothing() -> None:
    leg = Leg()
    assert leg.line.carry_out(Note(what="say"), 0) == []
    assert not leg.line.hung_up
    assert leg.line.carry_out(HangUp(), 0) == []
    assert leg.line.hung_up


def test_a_length_is_a_whole_number_of_milliseconds() -> None:
    assert length_ms(Prompt("p", "tr", "", 1.2345)) == 1234


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["key", "tick", "collect", "play", "close"]), st.integers(0, 5000)
        ),
        max_size=40,
    )
)
def test_every_turn_is_answered_once_at_most(steps: list[tuple[str, int]]) -> None:
    leg, at_ms, turn = Leg(), 0, 1
    answered: list[int] = []
    for what, wait_ms in steps:
        at_ms += wait_ms
        turn += 1
        events: list[Any] = []
        if what == "key":
            events = list(leg.line.press("127"[wait_ms % 3], at_ms))
        elif what == "tick":
            events = list(leg.line.tick(at_ms))
        elif what == "collect":
            events = leg.collect(at_ms, turn)
        elif what == "play":
            leg.line.carry_out(Play(turn=Turn(turn), prompts=(WHOLE,)), at_ms)
        else:
            leg.line.carry_out(Close(turn=Turn(turn - 2)), at_ms)
        answered += [event.turn for event in events]
    assert len(answered) == len(set(answered))
