"""A caller on a SIP trunk without a network: the lane of real calls on a clock of its own."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.rehearsal import Rehearsal
from ivr.config.calendars import find_zone
from ivr.config.load import load_config
from ivr.config.world import to_world
from ivr.domain.call import Prompt, Turn
from ivr.domain.commands import Close, Collect, HangUp, Play
from ivr.domain.events import Event, KeysCollected, PromptEnded
from ivr.domain.recording import MessageTaken
from ivr.domain.values import Sealed
from ivr.engine.state import CLASSES
from ivr.engine.step import step
from ivr.engine.verbs import EVERY
from ivr.flow.cases import LineChannel, Stage, fuzz, play, read_cases
from ivr.flow.cases.actions import Actor, NotDoneError
from ivr.flow.cases.virtual import VirtualCall
from ivr.runtime.flows.folder import check_with_surveys
from ivr.runtime.flows.library import read_folder
from ivr.runtime.memory.clock import START
from tests.fakes.served import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.flow.cases import CaseFile
    from ivr.flow.cases.channel import Channel
    from ivr.flow.cases.model import Case


def prompt(name: str, seconds: float = 1, *, barge_in: bool = True) -> Prompt:
    return Prompt(name, "tr", name, seconds, barge_in)


MENU = Collect(
    turn=Turn(7), prompts=(prompt("a"), prompt("b", 2)), language="tr", keys=("1", "12", "2")
)
PIN = Collect(
    turn=Turn(8),
    prompts=(prompt("pin"),),
    language="tr",
    entry_least=4,
    entry_most=4,
    end_key="#",
    secret=True,
)


def asked(*commands: Collect | Play, at_ms: int = 0) -> Rehearsal:
    """A caller for whom these have begun."""
    channel = Rehearsal()
    assert channel.carry_out(None, commands, at_ms) == []
    return channel


def heard(channel: Rehearsal, at_ms: int) -> list[tuple[int, str]]:
    return [(sound.at_ms, sound.prompt.name) for sound in channel.sounds(at_ms)]


def keyed(events: Sequence[Event]) -> tuple[int, Sealed, str]:
    (event,) = events
    assert isinstance(event, KeysCollected)
    return event.turn, event.keys, event.reason


# --- what the caller hears ------------------------------------------------------------------------


def test_the_end_of_prompts_with_music_behind_them_is_no_news() -> None:
    for prompts in ((prompt("a"),), ()):
        channel = asked(Play(turn=Turn(3), prompts=prompts, music=""))
        assert channel.tick(60_000) == []
        assert channel.due_ms is None


def test_prompts_sound_one_after_the_other_from_the_next_tick_on() -> None:
    channel = asked(MENU, at_ms=5)
    assert (heard(channel, 5), channel.due_ms) == ([], 20)
    assert (heard(channel, 20), channel.due_ms) == ([(20, "a")], 1020)
    assert (heard(channel, 1020), channel.due_ms) == ([(1020, "b")], 3020)
    assert channel.is_busy(3000)
    assert channel.tick(3020) == []
    assert (channel.is_busy(3020), channel.is_listening()) == (False, True)


def test_a_prompt_fills_its_last_frame_and_lasts_one_at_least() -> None:
    channel = asked(Play(turn=Turn(1), prompts=(prompt("a", 0.041), prompt("none", 0))))
    heard(channel, 20)
    assert channel.due_ms == 80
    assert heard(channel, 80) == [(80, "none")]
    assert channel.tick(99) == []
    assert channel.tick(100) == [PromptEnded(turn=Turn(1))]
    assert channel.due_ms is None


def test_a_prompt_that_is_closed_is_over_without_a_word() -> None:
    channel = asked(Play(turn=Turn(1), prompts=(prompt("a"),)))
    heard(channel, 20)
    assert channel.carry_out(None, (Close(turn=Turn(1)),), 500) == []
    assert (channel.due_ms, channel.is_busy(500)) == (None, False)


# --- what the caller does -------------------------------------------------------------------------


def test_a_key_cuts_in_and_is_answered_at_once() -> None:
    channel = asked(MENU)
    heard(channel, 20)
    assert keyed(channel.press("2", 500)) == (7, Sealed("2"), "match")
    assert heard(channel, 10_000) == []
    assert channel.due_ms is None


def test_a_first_key_of_two_waits_for_the_second() -> None:
    channel = asked(MENU)
    heard(channel, 20)
    assert channel.press("1", 500) == []
    assert channel.is_busy(700)
    assert channel.due_ms == 3500
    assert keyed(channel.press("2", 800)) == (7, Sealed("12"), "match")


def test_the_wait_for_a_second_key_ends_at_its_tick() -> None:
    channel = asked(MENU)
    heard(channel, 20)
    channel.press("1", 505)
    assert (channel.tick(3519), channel.due_ms) == ([], 3520)
    assert keyed(channel.tick(3520)) == (7, Sealed("1"), "match")


def test_silence_ends_a_listen_five_seconds_after_the_prompts_as_they_were_heard() -> None:
    channel = asked(MENU, at_ms=5)
    heard(channel, 3020)
    assert channel.tick(3020) == []
    assert channel.due_ms == 8020
    assert keyed(channel.tick(8020)) == (7, Sealed(""), "none")


def test_a_prompt_that_must_be_heard_drops_keys_and_plays_on() -> None:
    parts = (prompt("a"), prompt("notice", 2, barge_in=False), prompt("b"))
    channel = asked(replace(MENU, prompts=parts))
    heard(channel, 20)
    assert channel.press("2", 505) == []
    assert heard(channel, 520) == [(520, "notice")]
    assert channel.press("1", 900) == []
    assert (channel.due_ms, channel.tick(900), channel.due_ms) == (900, [], 2520)
    assert keyed(channel.tick(2520)) == (7, Sealed("2"), "match")


def test_keys_before_a_listen_are_typed_ahead_and_the_prompt_is_not_heard() -> None:
    channel = asked(Play(turn=Turn(1), prompts=(prompt("a"),)))
    heard(channel, 20)
    assert [channel.press(key, 300) for key in "22"] == [[], []]
    assert keyed(channel.carry_out(None, (MENU,), 400)) == (7, Sealed("2"), "match")
    assert heard(channel, 2000) == []


def test_keys_typed_ahead_are_those_the_engine_knows_when_the_line_is_new() -> None:
    channel = Rehearsal()
    ahead = replace(PIN, ahead=Sealed("1234"))
    assert keyed(channel.carry_out(None, (ahead,), 0)) == (8, Sealed("1234"), "match")


def test_the_same_key_again_and_again_is_so_many_keys() -> None:
    channel = asked(PIN)
    assert [channel.press("9", 1500) for _ in range(3)] == [[]] * 3
    assert channel.is_busy(1500)
    assert keyed(channel.press("9", 1500)) == (8, Sealed("9999"), "match")


def test_the_end_key_of_a_full_entry_is_swallowed() -> None:
    channel = asked(PIN)
    for key in "9999#":
        channel.press(key, 1500)
    assert channel.carry_out(None, (PIN,), 1700) == []
    assert not channel.is_busy(3000) or channel.tick(3000) == []
    assert not channel.is_busy(3000)


def test_nobody_understands_words_and_nothing_is_written() -> None:
    channel = asked(replace(MENU, words=("evet",)))
    assert channel.say("evet", 500) == ()
    assert (channel.retry(500), channel.texts()) == (None, ())


def test_after_the_end_nothing_is_due_and_nothing_is_heard() -> None:
    ends: tuple[Callable[[Rehearsal], object], ...] = (
        lambda channel: channel.hang_up(500),
        lambda channel: channel.carry_out(None, (HangUp(),), 500),
        lambda channel: channel.restart(500),
    )
    for end in ends:
        channel = asked(MENU)
        heard(channel, 20)
        end(channel)
        assert (channel.due_ms, channel.is_busy(501)) == (None, False)
        assert [channel.press("1", 600), channel.tick(9000), heard(channel, 9000)] == [(), [], []]


def test_a_call_by_sip_does_not_outlive_the_server() -> None:
    assert asked(MENU).restart(100) is False
    assert LineChannel().restart(100) is True


# --- the shipped flow tests -----------------------------------------------------------------------

FACTS = {"at", "channel", "trunk", "took_ms"}
"""What may differ between two channels."""
OTHERWISE = {
    "a word does what a key does": "nobody understands speech",
    "spoken words do the same": "nobody understands speech",
    "server restarts between key 2 and the card number": "the call ends with the server",
    "a restart asks the same question again": "the call ends with the server",
    "a server restart costs nobody his place in the queue": "the call ends with the server",
    "CRM is down and slow": "the lookup's limit and the end of the filler are 30 ms apart",
}


@cache
def shipped() -> tuple[Stage, tuple[CaseFile, ...]]:
    """The shipped flows and their tests."""
    config = load_config(ROOT / "config.yaml", {}, now=START)
    world, before = to_world(config, START), Path.cwd()
    trunks = {name: replace(trunk, tapes=False) for name, trunk in world.trunks.items()}
    world = replace(world, trunks=trunks)  # recording would take turns that nobody else has
    os.chdir(ROOT)
    try:
        files = {str(path): path.read_bytes() for path in Path("flows/tests").glob("*.yaml")}
        book, problems = check_with_surveys(read_folder(Path("flows")), world)
    finally:
        os.chdir(before)
    assert book is not None, "\n".join(map(str, problems))
    stage = Stage(step, book, EVERY, CLASSES, {"simulator": LineChannel, "sip": Rehearsal})
    bundles = {name: book.bundles[found] for name, found in book.live.items()}
    cases, wrong = read_cases(files, bundles, world, find_zone)
    assert wrong == ()
    return stage, cases


def cases() -> list[Case]:
    return [case for file in shipped()[1] for case in file.cases if case.channel == "simulator"]


def journal(case: Case, channel: Channel) -> tuple[list[tuple[object, ...]], object]:
    """What happened in a call of a test, without moments, and how it ended."""
    stage = shipped()[0]
    stage.vault().empty()
    call = VirtualCall(stage, case, channel)
    call.begin()
    actor = Actor(call)
    try:
        for act in case.talk:
            actor.do(act)
        actor.finish()
    except NotDoneError as error:
        pytest.fail(str(error))
    events = [one for one in call.record.journal if isinstance(one, Event)]
    return [told(event) for event in events], (call.record.exits, call.state.path)


def told(event: Event) -> tuple[object, ...]:
    """Without the facts of the channel; of a message only how long it is, to the second."""
    if isinstance(event, MessageTaken):
        return ("MessageTaken", event.turn, round(event.seconds), event.ended_by)
    names = [each.name for each in fields(event) if each.name not in FACTS]
    return (type(event).__name__, *(getattr(event, name) for name in names))


@pytest.mark.parametrize(
    "case",
    [c for c in cases() if c.name not in OTHERWISE],
    ids=lambda case: f"{case.flow} {case.name}",
)
def test_a_shipped_flow_test_leaves_the_same_journal_by_sip(case: Case) -> None:
    stage = shipped()[0]
    by_sip = replace(case, channel="sip")
    assert play(by_sip, stage).problems == ()
    assert journal(by_sip, Rehearsal()) == journal(case, LineChannel())


def test_what_goes_otherwise_by_sip_is_still_there() -> None:
    assert OTHERWISE.keys() <= {case.name for case in cases()}


def test_random_callers_of_the_shipped_flows_break_nothing_by_sip() -> None:
    stage, files = shipped()
    on_sip = replace(stage, channels={"simulator": Rehearsal})
    for file in files:
        result = fuzz(file, on_sip, numbers=range(1, 41))
        assert (result.failures, result.callers) == ((), 40)
