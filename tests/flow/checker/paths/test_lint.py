"""What trunks cannot do is said for each flow whose numbers use them."""

from __future__ import annotations

from dataclasses import replace

from ivr.engine.verbs import SPECS
from ivr.flow.checker.paths.lint import check_trunks
from ivr.flow.world import QueueShape, QueueTaping, TrunkShape, World
from tests.flow.checker.bank import PROMPTS, WORLD, bank_files, small
from tests.flow.checker.paths.cases import bundle_of, line_of

SPOKEN = ("tr", "en")
PERFECT = TrunkShape("t-1", "sip", speech=SPOKEN, dials=True, tapes=True)


def _linted(
    trunk: TrunkShape,
    files: dict[str, bytes] | None = None,
    name: str = "bank",
    world: World = WORLD,
) -> list[str]:
    world = replace(world, trunks={"t-1": trunk}, number_trunks={name: ("t-1",)})
    bundle = bundle_of(files or bank_files(), name, world)
    return [str(one).removeprefix("flows/") for one in check_trunks(bundle, SPECS, world)]


def _at(words: str, column: int, file: str = "bank") -> str:
    name, _, line = line_of(file, words).partition(":")
    return f"{name}.yaml:{line}:{column}"


def test_a_trunk_that_can_everything_and_one_that_is_not_used() -> None:
    assert _linted(PERFECT) == []
    world = replace(WORLD, trunks={"t-1": TrunkShape("t-1", "x", can_pay=False)})
    assert list(check_trunks(bundle_of(bank_files(), "bank"), SPECS, world)) == []


def test_the_simulator_understands_typed_words() -> None:
    assert _linted(TrunkShape("t-1", "simulator", dials=True, tapes=True)) == []


def test_one_digit_timer_is_said_once_where_the_times_are_written() -> None:
    message = "F901 warning trunk t-1 has one digit timer: first 6s and between 3s become 6s"
    assert _linted(replace(PERFECT, two_timers=False)) == [
        f"{_at('listen: {first: 6s', 10)} {message}",
        f"{_at('listen: {first: 6s', 10, 'identify')} {message}",
    ]


def test_keys_lost_between_steps() -> None:
    found = _linted(replace(PERFECT, keeps_keys=False))
    what = "F902 warning trunk t-1 loses keys pressed before this"
    assert found[0] == f"{_at('- menu: main_menu', 7)} {what} menu starts"
    assert found[-1] == f"{_at('- ask: callback_number', 7)} {what} ask starts"
    assert len(found) == 4  # the secret questions keep nothing anyway


def test_barge_in_that_nobody_verified() -> None:
    message = "trunk t-1: barge_in false not proven on this channel"
    assert _linted(replace(PERFECT, provider="telnyx")) == [
        f"{_at('- record: start', 7)} F903 warning {message}"
    ]


def test_a_trunk_that_cannot_pay() -> None:
    body = (
        "uses: {payments: [desk]}\nnodes:\n  start:\n    - pay: desk\n      amount: '20'\n"
        "      declined: out\n      giveup: out\n      failed: out\n    - go: out\n"
        "  out:\n    - hangup\n"
    )
    found = _linted(replace(PERFECT, can_pay=False), small(body), "small")
    assert found == ["small.yaml:8:7 F904 error trunk t-1 cannot pay"]


def test_words_in_a_language_that_is_not_understood() -> None:
    found = _linted(replace(PERFECT, speech=("en",)))
    message = "F905 warning trunk t-1 has no speech in tr; words are ignored"
    assert found == [
        f"{_at('go: agent, words: {tr: [temsilci', 3)} {message}",
        f"{_at('go: balance, words', 9)} {message}",
    ]


def test_a_secret_that_would_be_recorded_or_logged() -> None:
    asks = [_at("- ask: card_number", 7), _at("- ask: pin_prompt", 7, "identify")]
    recorded = "F906 error trunk t-1 cannot pause recording; the secret entry would be recorded"
    assert _linted(replace(PERFECT, pauses_recording=False)) == [f"{at} {recorded}" for at in asks]
    kept = "trunk t-1 keeps keyed digits in its own logs unless the account is in PCI mode"
    assert _linted(replace(PERFECT, keeps_secret_digits=True)) == [
        f"{at} F909 warning {kept}" for at in asks
    ]


def test_a_flow_that_never_records_needs_no_pause() -> None:
    body = (
        "vars: {x: sealed digits?}\nnodes:\n  start:\n    - ask: hello\n      into: x\n"
        "      digits: 4\n      secret: true\n      check: luhn(x)\n      giveup: out\n"
        "    - go: out\n  out:\n    - hangup\n"
    )
    assert _linted(replace(PERFECT, pauses_recording=False), small(body), "small") == []


def test_a_document_that_is_too_large() -> None:
    files = bank_files()
    words = ("söz " * 10_000).strip()
    files[PROMPTS] = files[PROMPTS].replace(
        "Bu aya özel faiz oranlarımız var.".encode(), words.encode()
    )
    found = _linted(replace(PERFECT, document_limit_bytes=48 * 1024), files)
    message = "trunk t-1: node bank.loans_offer makes a 50 KB document, at most 48 KB"
    assert found == [f"{_at('loan_offer:', 18, 'prompts')} F907 warning {message}"]


def test_calls_that_end_with_the_server_are_noted() -> None:
    assert _linted(replace(PERFECT, survives_restart=False)) == [
        "bank.yaml:1:1 F908 note calls on trunk t-1 end when the server restarts"
    ]


def test_a_trunk_that_rings_nobody_up() -> None:
    message = "F910 warning trunk t-1 rings nobody up:"
    found = _linted(replace(PERFECT, dials=False))
    assert f"{_at('- transfer: vip_desk', 7)} {message} transfer takes failed" in found
    assert f"{_at('- queue: cards', 7)} {message} queue takes nobody" in found
    assert len(found) == 4


def test_a_notice_of_a_recording_that_nobody_makes() -> None:
    (found,) = _linted(replace(PERFECT, tapes=False))
    message = "F912 warning trunk t-1 records no calls: nothing is said, nothing is kept"
    assert found == f"{_at('- record: start', 7)} {message}"


def test_a_queue_whose_talks_nobody_records() -> None:
    world = replace(WORLD, queue_shapes={"cards": QueueShape("cards", taping=QueueTaping())})
    (_record, found) = _linted(replace(PERFECT, tapes=False), world=world)
    message = "trunk t-1 records none of the talks of cards: nothing is said, nothing is kept"
    assert found == f"{_at('- queue: cards', 7)} F912 warning {message}"


def test_messages_that_nobody_can_leave() -> None:
    (found,) = _linted(replace(PERFECT, records=False))
    message = "F911 warning trunk t-1 takes no messages: voicemail takes empty"
    assert found == f"{_at('- voicemail: leave_message', 7)} {message}"
