"""Secrets at rest: each call its own key, nothing readable, nothing opened by the wrong key."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.call import CallId, Turn
from ivr.domain.errors import ReplayError
from ivr.domain.events import CallOffered, KeysCollected
from ivr.domain.values import Sealed, open_sealed
from ivr.engine.state import Frame, State
from ivr.runtime.memory.clock import START
from ivr.runtime.sealing import CallCodec, MasterKeys

CARD = "4532015112830366"
KEYS = MasterKeys(b"k" * 32)
CALL_KEY = KEYS.new_key()


@given(st.text())
def test_what_was_sealed_opens_with_the_same_call_key(text: str) -> None:
    assert KEYS.unseal(CALL_KEY, KEYS.seal(CALL_KEY, text)) == text


def test_the_same_secret_never_looks_the_same_twice() -> None:
    sealed = {KEYS.seal(CALL_KEY, CARD) for _n in range(1_000)}
    nonces = {base64.b64decode(one)[:12] for one in sealed}
    assert len(sealed) == len(nonces) == 1_000


def test_neither_the_secret_nor_its_encodings_show() -> None:
    raw = base64.b64decode(KEYS.seal(CALL_KEY, CARD))
    assert CARD.encode() not in raw
    assert len(raw) == 12 + len(CARD) + 16


def test_every_call_has_a_key_of_its_own() -> None:
    sealed = KEYS.seal(CALL_KEY, CARD)
    with pytest.raises(ReplayError, match="this call's key"):
        KEYS.unseal(KEYS.new_key(), sealed)


def test_another_key_file_opens_nothing() -> None:
    with pytest.raises(ReplayError, match="key file"):
        MasterKeys(b"x" * 32).unseal(CALL_KEY, KEYS.seal(CALL_KEY, CARD))


def test_a_restarted_server_with_the_same_key_file_opens_all() -> None:
    assert MasterKeys(b"k" * 32).unseal(CALL_KEY, KEYS.seal(CALL_KEY, CARD)) == CARD


@pytest.mark.parametrize("damage", ["", "%%%", "AAAA", "A" * 30])
def test_a_damaged_secret_is_told_and_not_guessed(damage: str) -> None:
    with pytest.raises(ReplayError):
        KEYS.unseal(CALL_KEY, damage)


@given(st.data())
def test_a_changed_octet_is_noticed(data: st.DataObject) -> None:
    raw = bytearray(base64.b64decode(KEYS.seal(CALL_KEY, CARD)))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ReplayError):
        KEYS.unseal(CALL_KEY, base64.b64encode(raw).decode())


@pytest.mark.parametrize("wrapped", [b"", b"short", b"\0" * 60])
def test_a_destroyed_call_key_opens_nothing(wrapped: bytes) -> None:
    with pytest.raises(ReplayError, match="key file"):
        KEYS.unseal(wrapped, KEYS.seal(CALL_KEY, CARD))


def test_an_event_goes_through_json_with_its_keys_sealed() -> None:
    codec = CallCodec(KEYS)
    event = KeysCollected(at=START, turn=Turn(4), keys=Sealed(CARD), reason="match", left=None)
    text = codec.dumps(event, CALL_KEY)
    json.loads(text)
    assert CARD not in text
    again = codec.loads(text, CALL_KEY)
    assert again == event
    assert isinstance(again, KeysCollected)
    assert open_sealed(again.keys) == CARD


def test_a_state_goes_through_json_with_its_variables_sealed() -> None:
    codec = CallCodec(KEYS)
    frame = Frame("desk", "secret", variables={"pin": Sealed("1234"), "name": "Ayşe"})
    state = State(CallId("c1"), "0123", "+90850", START, frames=[frame], ahead=Sealed("99#"))
    text = codec.dumps(state, CALL_KEY)
    assert "1234" not in text
    assert "99#" not in text
    assert codec.loads(text, CALL_KEY) == state


def test_two_calls_in_turn_use_their_own_keys() -> None:
    codec, other = CallCodec(KEYS), KEYS.new_key()
    event = KeysCollected(at=START, turn=Turn(1), keys=Sealed("1"), reason="match")
    texts = [codec.dumps(event, key) for key in (CALL_KEY, other)]
    assert [codec.loads(t, k) for t, k in zip(texts, (CALL_KEY, other), strict=True)] == [event] * 2
    with pytest.raises(ReplayError):
        codec.loads(texts[0], other)


def test_what_is_no_secret_needs_no_key() -> None:
    codec = CallCodec(KEYS)
    event = CallOffered(at=START, call=CallId("c"), flow_hash="h", dnis="1")
    assert codec.loads(codec.dumps(event, b""), b"") == event
