"""By which trunk a text goes, and what it costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.config.load import load_config
from ivr.runtime.ports.texts import TextNew
from ivr.runtime.texts.choosing import options_of, ready

if TYPE_CHECKING:
    from ivr.config.model import Config

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONFIG = """
zone: Europe/Istanbul
currency: TRY
trunks:
  phones: {provider: simulator}
  first: {provider: simulator, texts: {sender: "+908502220000", price: "0.35", expires: 1h}}
  second: {provider: simulator, texts: {sender: BANKA, alphabet: plain}}
  third: {provider: simulator, texts: {sender: "3434", alphabet: turkish}}
"""


def config(text: str = CONFIG) -> Config:
    return load_config({"config.yaml": text.encode()}, {}, now=NOON)


def new(body: str = "Merhaba", **more: object) -> TextNew:
    return TextNew("+905321112233", body, "k", NOON, **more)  # type: ignore[arg-type]


def test_only_trunks_with_texts_send_any() -> None:
    assert [*options_of(config())] == ["first", "second", "third"]


def test_the_first_trunk_sends_what_names_none() -> None:
    text, cost = ready(config(), new())
    assert (text.trunk, text.sender) == ("first", "+908502220000")
    assert text.expires_at == NOON + timedelta(hours=1)
    assert (cost.parts, cost.price, cost.currency) == (1, Decimal("0.35"), "TRY")


def test_a_sender_brings_its_trunk_and_a_strange_one_goes_by_the_first() -> None:
    assert ready(config(), new(sender="BANKA"))[0].trunk == "second"
    strange, _ = ready(config(), new(sender="SIGORTA"))
    assert (strange.trunk, strange.sender) == ("first", "SIGORTA")
    assert ready(config(), new(trunk="third", sender="BANKA"))[0].trunk == "third"
    assert ready(config(), new(trunk="gone"))[0].trunk == "first"


def test_alphabets_are_those_of_the_trunk() -> None:
    text = "ş" * 80
    assert ready(config(), new(text))[1].parts == 2
    assert ready(config(), new(text))[1].price == Decimal("0.70")
    plain, cost = ready(config(), new(text, trunk="second"))
    assert (plain.body, cost.parts, cost.price) == ("s" * 80, 1, None)
    turkish, cost = ready(config(), new(text, trunk="third"))
    assert (turkish.body, cost.parts) == (text, 1)
    assert ready(config(), new(text, plain=True))[0].body == "s" * 80


def test_a_text_may_say_itself_how_long_it_is_worth_something() -> None:
    ends = NOON + timedelta(minutes=5)
    assert ready(config(), new(expires_at=ends))[0].expires_at == ends


def test_without_a_trunk_it_waits_for_one_for_two_days() -> None:
    text, cost = ready(config("zone: Europe/Istanbul\n"), new("ş" * 80))
    assert (text.trunk, text.expires_at, cost.parts) == ("", NOON + timedelta(days=2), 2)
