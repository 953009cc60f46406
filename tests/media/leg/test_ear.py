"""The ear of a leg, without packets: what it makes of keys and of time."""

from __future__ import annotations

import pytest

from ivr.media.collect import Listen
from ivr.media.items import Clip
from ivr.media.leg.ear import NEVER_MS, Ear
from ivr.media.leg.pace import Pace
from ivr.media.leg.player import Player
from tests.fakes.lanes import Shelf

PROMPTS = (Clip("p/50/1", 50),)
MENU = Listen(keys=("1",), first_s=2)


@pytest.fixture
def player() -> Player:
    return Player(Shelf(), Pace())


@pytest.fixture
def ear(player: Player) -> Ear:
    return Ear(1, player)


def test_nothing_is_waited_for_before_the_first_listen(ear: Ear) -> None:
    assert ear.due_ms == NEVER_MS
    assert ear.tick(99) is None
    ear.silent(99)
    ear.stop(3)


def test_it_tells_when_it_must_be_asked_again(ear: Ear, player: Player) -> None:
    player.ask(3, PROMPTS)
    assert ear.listen(3, MENU, PROMPTS, 0) is None
    assert ear.due_ms == 3000
    ear.silent(1040)
    assert ear.due_ms == 3040
    answer = ear.tick(3040)
    assert answer is not None
    assert (answer.turn, answer.reason) == (3, "none")
    assert ear.due_ms == NEVER_MS


def test_only_its_own_turn_stops_a_listen(ear: Ear, player: Player) -> None:
    player.ask(3, PROMPTS)
    ear.listen(3, MENU, PROMPTS, 0)
    ear.stop(4)
    assert ear.listening
    ear.stop(3)
    assert not ear.listening
    assert player.active is None


def test_a_key_without_a_listen_stops_nothing(ear: Ear, player: Player) -> None:
    player.play(3, PROMPTS)
    assert ear.press("1", 10) is None
    assert player.active is not None


def test_a_caller_in_the_middle_of_an_entry_is_known(ear: Ear) -> None:
    assert not ear.entering
    ear.listen(3, Listen(entry_least=2, entry_most=2), (), 0)
    assert not ear.entering
    ear.press("1", 5)
    assert ear.entering


def test_an_entry_is_open_from_its_first_key_to_its_answer(ear: Ear) -> None:
    assert not ear.entering
    ear.press("7", 0)
    assert not ear.entering
    ear.ahead("", flush=True)
    ear.listen(1, Listen(entry_least=2, entry_most=2), (), 0)
    assert not ear.entering
    ear.press("1", 100)
    assert ear.entering
    ear.press("2", 200)
    assert not ear.entering
