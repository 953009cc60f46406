"""What calls are played on: another first language, and where secrets are kept."""

from __future__ import annotations

from ivr.domain.call import Turn
from ivr.domain.events import KeysCollected
from ivr.domain.values import Sealed
from ivr.flow.cases.stage import Vault
from tests.flow.cases.scene import stage


def test_a_book_in_another_language_turns_the_languages_round() -> None:
    on = stage()
    assert on.book_in("") is on.book
    turned = on.book_in("en")
    bundle = turned.bundles[turned.live["shop"]]
    assert bundle.root.languages == ("en", "tr")
    assert bundle.flows["check"].languages == ("en", "tr")
    assert on.bundle("shop").root.languages == ("tr", "en")
    assert on.book_in("en") is turned


def test_a_language_the_flow_does_not_have_changes_nothing() -> None:
    on = stage()
    book = on.book_in("az")
    assert book.bundles[book.live["shop"]].root.languages == ("tr", "en")


def test_a_vault_gives_back_what_went_in() -> None:
    vault = Vault()
    tokens = [vault.seal("1234"), vault.seal("5678")]
    assert [vault.unseal(token) for token in tokens] == ["1234", "5678"]
    assert "1234" not in tokens[0]
    vault.empty()
    assert vault.seal("9") == tokens[0]


def test_a_sealed_value_is_written_as_a_token() -> None:
    codec = stage().codec()
    event = KeysCollected(turn=Turn(1), keys=Sealed("482913"), reason="match")
    text = codec.dumps(event)
    assert "482913" not in text
    assert codec.loads(text) == event
