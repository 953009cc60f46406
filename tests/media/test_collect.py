"""Digit timing: the table of the flow language, and what must hold for every caller whatsoever."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.media.collect import AHEAD_KEYS, KEYS, Collector, EndedBy, Heard, Listen, Reason

TABLE = Path(__file__).resolve().parents[1] / "data" / "digit_timing.yaml"
Prompts: TypeAlias = list[tuple[int, bool]]
ROWS: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))["rows"]
ROW_FIELDS = {"row", "says", "ahead", "presses", "speech", "listens", "kept", "stopped", "sounds"}
FIELD_NAMES = {"first": "first_s", "between": "between_s", "last": "last_s"}
DESIGN_ROWS = "1a 1b 1c 2a 2b 3a 3b 4a 5a 5b 5c 6a 7a 7b 7c 8a 8b 9a 10a 10b 11a 11b 11c 12a 12b"
DESIGN_ROWS += " 12c 13a 14a 15a 15b 15c"


# --- the table -----------------------------------------------------------------------------------


def ms(seconds: float | str) -> int:
    return round(float(seconds) * 1000)


def listen_of(data: dict[str, Any]) -> Listen:
    rest = {k: v for k, v in data.items() if k not in {"menu", "entry", "prompts", "gives"}}
    plain: dict[str, Any] = {FIELD_NAMES.get(name, name): value for name, value in rest.items()}
    least, most = data.get("entry", "0-0").split("-")
    plain.update(keys=data.get("menu", []), entry_least=int(least), entry_most=int(most))
    return Listen.from_plain(plain)


def prompts_of(data: dict[str, Any]) -> Prompts:
    texts = [str(length) for length in data.get("prompts", [4])]
    return [(ms(text.rstrip("!")), not text.endswith("!")) for text in texts]


def expected(gives: dict[str, Any]) -> tuple[int, Heard]:
    reason, ended_by = Reason(gives["reason"]), EndedBy(gives["ended_by"])
    keys, words, left = (gives.get(name, "") for name in ("keys", "words", "left"))
    return ms(gives["at"]), Heard(keys, words, reason, ended_by, left)


@dataclass
class RowCall:
    """Plays one row of the table on a collector, each listen as soon as the one before ended."""

    row: dict[str, Any]
    collector: Collector = field(init=False)
    waiting: list[dict[str, Any]] = field(init=False)
    answers: list[tuple[int, Heard]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.collector = Collector(self.row.get("ahead", ""))
        self.waiting = list(self.row["listens"])

    def play(self) -> list[tuple[int, Heard]]:
        self.listen(0)
        for at_ms, what, text in self.inputs():
            self.run_timers(before_ms=at_ms)
            self.happens(at_ms, what, text)
        self.run_timers(before_ms=10**9)
        return self.answers

    def inputs(self) -> list[tuple[int, str, str]]:
        found = []
        for text in [*self.row.get("presses", "").split(), *self.row.get("speech", [])]:
            thing, _, at = text.rpartition("@")
            found.append((ms(at), "press" if len(thing) == 1 else "say", thing))
        found += [(ms(at), "sounds", "") for at in self.row.get("sounds", [])]
        found += [(ms(at), "stopped", "") for at in self.row.get("stopped", [])]
        return sorted(found, key=lambda one: one[0])

    def happens(self, at_ms: int, what: str, text: str) -> None:
        if what in {"sounds", "stopped"}:
            assert (self.collector.playing(at_ms) is not None) == (what == "sounds"), at_ms
            return
        act = self.collector.press if what == "press" else self.collector.say
        self.note(act(text, at_ms))

    def run_timers(self, before_ms: int) -> None:
        while (due_ms := self.collector.due_ms) is not None and due_ms < before_ms:
            self.note(self.collector.tick(due_ms))

    def note(self, heard: Heard | None) -> None:
        if heard is not None:
            self.answers.append((heard.at_ms, heard))
            self.listen(heard.at_ms)

    def listen(self, at_ms: int) -> None:
        if self.waiting:
            data = self.waiting.pop(0)
            self.note(self.collector.listen(listen_of(data), prompts_of(data), at_ms))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["row"])
def test_the_row_of_the_table_holds(row: dict[str, Any]) -> None:
    call = RowCall(row)
    assert call.play() == [expected(data["gives"]) for data in row["listens"]], row["says"]
    assert call.collector.ahead == row.get("kept", "")


def test_the_table_has_every_design_row_once_and_at_least_sixty_in_all() -> None:
    names = [row["row"] for row in ROWS]
    assert len(ROWS) >= 60
    assert max(Counter(names).values()) == 1
    assert [name for name in names if name[0].isdigit()] == DESIGN_ROWS.split()


def test_every_row_uses_known_fields_and_says_what_it_shows() -> None:
    for row in ROWS:
        assert set(row) <= ROW_FIELDS
        assert len(row["says"].split()) > 4


def test_the_table_shows_every_reason_and_every_ending() -> None:
    heard = [expected(data["gives"])[1] for row in ROWS for data in row["listens"]]
    assert {one.reason for one in heard} == set(Reason) - {Reason.CHECK_FAILED}
    assert {one.ended_by for one in heard} == set(EndedBy)


# --- what the table cannot say -------------------------------------------------------------------

PIN = Listen(entry_least=4, entry_most=4, end_key="#")
MENU = Listen(keys=("1", "2"))
FOUR_S: Prompts = [(4000, True)]


def pressed(collector: Collector, keys: str, at_ms: int, step_ms: int = 100) -> Heard | None:
    heard = None
    for number, key in enumerate(keys):
        heard = collector.press(key, at_ms + number * step_ms)
    return heard


def test_a_late_tick_settles_at_the_time_it_was_due() -> None:
    collector = Collector()
    collector.listen(MENU, FOUR_S, 0)
    heard = collector.tick(60_000)
    assert heard is not None
    assert (heard.reason, heard.at_ms) == (Reason.NONE, 9000)


def test_a_late_key_goes_to_the_next_listen_even_without_a_tick() -> None:
    collector = Collector()
    collector.listen(MENU, FOUR_S, 0)
    heard = collector.press("2", 9001)
    assert heard == Heard("", "", Reason.NONE, EndedBy.FIRST)
    assert (heard.at_ms, collector.ahead) == (9000, "2")


def test_late_words_give_the_overdue_answer_and_are_lost() -> None:
    collector = Collector()
    collector.listen(Listen(words=("kredi",)), FOUR_S, 0)
    assert collector.say("kredi", 9001) == Heard("", "", Reason.NONE, EndedBy.FIRST)
    assert collector.say("kredi", 9002) is None


def test_silence_of_the_recogniser_is_no_word() -> None:
    collector = Collector()
    collector.listen(Listen(words=("kredi",)), FOUR_S, 0)
    assert collector.say("", 5000) is None
    assert collector.due_ms == 9000


def test_an_end_key_after_an_unnoticed_last_wait_is_swallowed() -> None:
    collector = Collector()
    collector.listen(Listen(entry_least=2, entry_most=2, end_key="#", last_s=2), [], 0)
    pressed(collector, "12", 1000)
    assert collector.press("#", 4000) == Heard("12", "", Reason.MATCH, EndedBy.LAST)
    assert collector.ahead == ""


def test_an_answer_held_back_comes_with_the_key_that_ends_the_waiting() -> None:
    collector = Collector()
    collector.listen(MENU, [(4000, True), (3000, False)], 0)
    assert collector.press("2", 1000) is None
    assert collector.due_ms == 4000
    assert collector.press("1", 4000) == Heard("2", "", Reason.MATCH, EndedBy.FULL)
    assert collector.ahead == "1"


def test_the_prompt_that_sounds_is_told_by_its_place() -> None:
    collector = Collector()
    collector.listen(MENU, [(1000, True), (2000, False), (1000, True)], 500)
    assert [collector.playing(at) for at in (500, 1500, 3499, 3500, 4500)] == [0, 1, 1, 2, None]
    collector.press("2", 600)
    assert [collector.playing(at) for at in (600, 2599, 2600)] == [1, 1, None]


def test_nothing_sounds_and_nothing_is_due_outside_a_listen() -> None:
    collector = Collector()
    assert (collector.playing(0), collector.due_ms, collector.tick(10**6)) == (None, None, None)


def test_the_real_end_of_the_prompts_moves_the_first_wait() -> None:
    collector = Collector()
    collector.listen(MENU, [(3_600_000, True)], 0)
    collector.prompts_ended(4300)
    assert (collector.due_ms, collector.playing(4300)) == (9300, None)
    collector.prompts_ended(8000)
    assert collector.due_ms == 9300


def test_the_real_end_of_a_notice_lets_keys_in_and_answers_out() -> None:
    collector = Collector()
    collector.listen(MENU, [(1000, True), (3_600_000, False)], 0)
    collector.press("2", 500)
    collector.prompts_ended(4000)
    assert collector.tick(4000) == Heard("2", "", Reason.MATCH, EndedBy.FULL)


def test_the_end_of_prompts_already_stopped_changes_nothing() -> None:
    collector = Collector()
    collector.prompts_ended(0)
    collector.listen(PIN, FOUR_S, 0)
    collector.press("1", 1000)
    collector.prompts_ended(1500)
    assert collector.due_ms == 4000


def test_flush_forgets_keys_but_still_swallows_the_end_key() -> None:
    collector = Collector()
    collector.listen(PIN, [], 0)
    assert pressed(collector, "1234", 0) is not None
    collector.flush()
    collector.press("#", 1000)
    collector.press("7", 1100)
    assert collector.ahead == "7"
    collector.flush()
    assert collector.ahead == ""


def test_a_cancelled_listen_gives_no_answer() -> None:
    collector = Collector()
    collector.listen(PIN, FOUR_S, 0)
    collector.press("1", 1000)
    collector.cancel()
    assert (collector.due_ms, collector.tick(10**6), collector.ahead) == (None, None, "")
    collector.press("2", 2000)
    assert collector.ahead == "2"


def test_a_new_listen_throws_an_open_one_away() -> None:
    collector = Collector()
    collector.listen(PIN, [], 0)
    collector.press("1", 100)
    collector.listen(MENU, [], 200)
    assert collector.press("2", 300) == Heard("2", "", Reason.MATCH, EndedBy.FULL)


@pytest.mark.parametrize("key", ["", "12", "x", "a", " ", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_what_is_no_key_of_a_telephone_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a telephone key"):
        Collector().press(key, 0)


def test_keys_do_not_show_in_logs() -> None:
    heard = Heard("4555", "", Reason.MATCH, EndedBy.FULL, "987")
    assert "4555" not in repr(heard)
    assert "987" not in repr(heard)


def test_no_copy_of_an_entry_stays_after_its_answer() -> None:
    collector = Collector()
    collector.listen(PIN, [], 0)
    pressed(collector, "4711", 0)
    assert "4711" not in repr([getattr(collector, name) for name in Collector.__slots__])


def test_more_than_32_keys_kept_by_someone_else_are_cut() -> None:
    assert Collector("1" * 40).ahead == "1" * AHEAD_KEYS


# --- what must hold for every caller -------------------------------------------------------------

GAPS_MS = st.sampled_from([0, 0, 1, 100, 999, 1000, 1001, 2000, 2999, 3000, 3001, 5000, 6000])
PRESSES = st.lists(st.tuples(GAPS_MS, st.sampled_from("0012312#*A")), max_size=14)
MENUS = st.lists(st.sampled_from(["0", "1", "2", "12", "123", "*", "#", "1#"]), unique=True)
PROMPTS = st.lists(st.tuples(st.sampled_from([0, 1, 1000, 3000]), st.booleans()), max_size=4)
WAITS_S = st.sampled_from([0, 1, 2.999, 3])


@st.composite
def listens(draw: st.DrawFn) -> Listen:
    """Any listen a flow could ask for, and some that no checker would let through."""
    most = draw(st.integers(0, 5))
    return Listen(
        keys=tuple(draw(MENUS)),
        entry_least=draw(st.integers(0, most)),
        entry_most=most,
        first_s=draw(WAITS_S),
        between_s=draw(WAITS_S),
        last_s=draw(WAITS_S),
        end_key=draw(st.sampled_from(["", "#", "*"])),
        type_ahead=draw(st.integers(0, 3)) > 0,
        empty=draw(st.booleans()),
        decimal=draw(st.booleans()),
    )


STEPS = st.lists(st.tuples(listens(), PROMPTS), min_size=1, max_size=4)
Step: TypeAlias = tuple[Listen, Prompts]
Press: TypeAlias = tuple[int, str]


def bound_ms(listen: Listen, prompts: Prompts) -> int:
    """How long a listen may last after its start or its last key, whichever is later."""
    waits = ms(max(listen.first_s, listen.between_s, listen.last_s))
    return sum(length_ms for length_ms, _ in prompts) + waits


def one_listen(step: Step, presses: list[Press], ticks: list[int] | None) -> tuple[Any, ...]:
    """One listen from 0: its answer, when, and what is typed ahead at the end.

    ticks: extra ticks at these times; None: not even those that are due, but for one at the end.
    """
    collector = Collector()
    answers = [collector.listen(*step, 0)]
    at_ms = 0
    for gap_ms, key in presses:
        before_ms, at_ms = at_ms, at_ms + gap_ms
        if ticks is not None:
            answers += [collector.tick(t) for t in sorted(ticks) if before_ms <= t < at_ms]
            due_ms = collector.due_ms
            answers += [collector.tick(due_ms)] if due_ms is not None and due_ms < at_ms else []
        answers.append(collector.press(key, at_ms))
    answers.append(collector.tick(at_ms + bound_ms(*step)))
    [heard] = [one for one in answers if one is not None]
    return heard, heard.at_ms, collector.ahead


@given(listens(), PROMPTS, PRESSES, st.lists(st.integers(0, 30_000), max_size=8))
def test_extra_missing_and_late_ticks_change_nothing(
    listen: Listen, prompts: Prompts, presses: list[Press], ticks: list[int]
) -> None:
    plain = one_listen((listen, prompts), presses, [])
    assert one_listen((listen, prompts), presses, ticks) == plain
    assert one_listen((listen, prompts), presses, None) == plain


@given(listens(), PROMPTS, PRESSES)
def test_every_listen_has_one_answer_in_bounded_time(
    listen: Listen, prompts: Prompts, presses: list[Press]
) -> None:
    heard, at_ms, _ = one_listen((listen, prompts), presses, [])
    assert 0 <= at_ms <= sum(gap_ms for gap_ms, _ in presses) + bound_ms(listen, prompts)
    assert heard.reason is not Reason.CHECK_FAILED


@given(listens(), PROMPTS, PRESSES)
def test_the_first_wait_never_cuts_an_entry(
    listen: Listen, prompts: Prompts, presses: list[Press]
) -> None:
    heard, at_ms, _ = one_listen((listen, prompts), presses, [])
    silence_ms = sum(length_ms for length_ms, _ in prompts) + ms(listen.first_s)
    assert (heard.ended_by is EndedBy.FIRST) == (heard.reason is Reason.NONE)
    if heard.ended_by is EndedBy.FIRST:
        assert (heard.keys, at_ms) == ("", silence_ms)


@given(listens(), PROMPTS, PRESSES)
def test_an_answer_says_the_truth_about_its_entry(
    listen: Listen, prompts: Prompts, presses: list[Press]
) -> None:
    heard, _, _ = one_listen((listen, prompts), presses, [])
    digits = len(heard.keys) - (listen.decimal and "*" in heard.keys)
    long_enough = listen.entry_least <= digits <= listen.entry_most
    if heard.reason is Reason.MATCH and heard.keys not in listen.keys:
        assert long_enough if heard.keys else listen.empty
    if heard.reason is Reason.SHORT:
        assert heard.keys not in listen.keys
        assert digits < max(listen.entry_least, 1) or not long_enough
    if heard.reason is Reason.LONG:
        assert listen.last_s > 0
        assert len(heard.keys) > listen.entry_most


@given(listens(), PROMPTS, PRESSES)
def test_keys_during_a_prompt_that_must_be_heard_leave_no_trace(
    listen: Listen, prompts: Prompts, presses: list[Press]
) -> None:
    notice: Prompts = [(4000, False)]
    during: list[Press] = [(0, "1"), (1500, "#"), (2499, "0")]
    first: list[Press] = [(4000, "2"), *presses]
    with_them: list[Press] = [*during, (1, "2"), *presses]
    step = (listen, notice + prompts)
    assert one_listen(step, first, []) == one_listen(step, with_them, [])


@dataclass
class Ledger:
    """Accounts for every key: in the entry, typed ahead, used once, or dropped by a rule."""

    collector: Collector
    listen: Listen = MENU

    def entry(self) -> str:
        return self.collector._try.entry if self.collector._try is not None else ""

    def has(self) -> str:
        """The keys not yet accounted for, oldest first; a held answer's end key is in its entry."""
        return self.entry() + self.collector.ahead

    def begin(self, step: Step, at_ms: int) -> Heard | None:
        self.listen = step[0]
        forgets = not step[0].type_ahead or not all(barge_in for _, barge_in in step[1])
        before = "" if forgets else self.has()
        heard = self.collector.listen(*step, at_ms)
        self.check(before, heard)
        return heard

    def press(self, key: str, at_ms: int) -> Heard | None:
        swallowed = key == self.collector._end_key and at_ms <= self.collector._end_key_until_ms
        lost = swallowed or self.is_dropped(at_ms)
        late = self.is_late(at_ms)
        before = self.has()
        heard = self.collector.press(key, at_ms)
        if late:
            assert heard is not None
            until_ms = heard.at_ms + ms(self.listen.between_s)
            self.check(before, heard, "" if self.swallows(heard, key, at_ms <= until_ms) else key)
        else:
            self.check(before + ("" if lost else key), heard)
        return heard

    def is_dropped(self, at_ms: int) -> bool:
        open_try = self.collector._try
        if open_try is None:
            return len(self.collector.ahead) == AHEAD_KEYS
        return open_try.sound.must_be_heard(at_ms)

    def is_late(self, at_ms: int) -> bool:
        """Whether the listen is over before this key is looked at."""
        open_try, due_ms = self.collector._try, self.collector.due_ms
        if open_try is None or due_ms is None:
            return False
        return due_ms < at_ms or (open_try.held is not None and due_ms == at_ms)

    def swallows(self, heard: Heard, key: str, in_time: bool) -> bool:
        full = heard.ended_by in {EndedBy.FULL, EndedBy.LAST} and heard.reason is Reason.MATCH
        return full and in_time and key == self.listen.end_key

    def tick(self, at_ms: int) -> Heard | None:
        before = self.has()
        heard = self.collector.tick(at_ms)
        self.check(before, heard)
        return heard

    def check(self, stream: str, heard: Heard | None, then: str = "") -> None:
        """`stream` must now be an entry, or used in order with the rest still typed ahead."""
        if heard is None:
            assert self.has() == stream
            return
        used = heard.keys + (self.listen.end_key if heard.ended_by is EndedBy.END_KEY else "")
        assert stream.startswith(used)
        rest = stream[len(used) :] if heard.reason is Reason.MATCH else ""
        if self.swallows(heard, rest[:1] or "none", in_time=True):
            rest = rest[1:]
        assert heard.left == rest
        assert self.collector.ahead == rest + then


@pytest.mark.unmeasured
@settings(max_examples=200)
@given(STEPS, PRESSES, PRESSES, st.booleans())
def test_no_key_is_lost_or_doubled(
    steps: list[Step], ahead: list[Press], presses: list[Press], ticking: bool
) -> None:
    ledger, at_ms, todo = Ledger(Collector()), 0, list(steps)
    for gap_ms, key in ahead:
        at_ms += gap_ms
        ledger.press(key, at_ms)
    for gap_ms, key in presses:
        if todo and ledger.collector.due_ms is None:
            ledger.begin(todo.pop(0), at_ms)
        at_ms += gap_ms
        due_ms = ledger.collector.due_ms
        if ticking and due_ms is not None and due_ms < at_ms:
            assert ledger.tick(due_ms) is not None
        ledger.press(key, at_ms)
    ledger.tick(at_ms + 60_000)
    assert ledger.collector.due_ms is None


@given(st.lists(st.sampled_from(KEYS), max_size=60))
def test_keys_outside_a_listen_are_kept_in_order_up_to_32(keys: list[str]) -> None:
    collector = Collector()
    for at_ms, key in enumerate(keys):
        assert collector.press(key, at_ms) is None
    assert collector.ahead == "".join(keys)[:AHEAD_KEYS]


@given(st.text(alphabet="0123456789", min_size=1, max_size=32), st.integers(1, 8))
def test_a_long_string_typed_ahead_answers_many_questions_digit_by_digit(
    digits: str, size: int
) -> None:
    collector = Collector(digits)
    question = Listen(entry_least=size, entry_most=size)
    heard = [collector.listen(question, FOUR_S, 0) for _ in range(len(digits) // size)]
    assert "".join(one.keys for one in heard if one is not None) + collector.ahead == digits
