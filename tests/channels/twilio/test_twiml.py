"""Single verbs, and that the provider's package writes the same words as the same bytes."""

from __future__ import annotations

import pytest

from ivr.channels.twilio import twiml
from ivr.channels.twilio.wire.walker import parse
from ivr.domain.call import Prompt

SPEAKER = twiml.Speaker(lambda audio: f"https://x/{audio}.wav", {"tr": "Google.tr-TR-Standard-A"})


@pytest.mark.parametrize(
    ("language", "tag"), [("tr", "tr-TR"), ("en", "en-US"), ("en-GB", "en-GB"), ("xx", "xx")]
)
def test_a_language_has_the_tag_of_the_provider(language: str, tag: str) -> None:
    assert twiml.locale(language) == tag


def test_prompts_are_said_or_played_and_empty_ones_left_out() -> None:
    prompts = (
        Prompt("a", "tr", "Merhaba", 1.0),
        Prompt("b", "tr", "ignored", 1.0, audio="ab"),
        Prompt("c", "tr", " \x00 ", 1.0),
    )
    root = parse(twiml.document(*SPEAKER.verbs(prompts)))
    assert [(verb.tag, verb.text, verb.attrib) for verb in root] == [
        ("Say", "Merhaba", {"language": "tr-TR", "voice": "Google.tr-TR-Standard-A"}),
        ("Play", "https://x/ab.wav", {}),
    ]


def test_verbs_are_spelled_as_the_provider_wants_them() -> None:
    verbs = (
        twiml.pause(2),
        twiml.redirect("https://x/?a=1&b=2#c"),
        twiml.hangup(),
        twiml.reject("busy"),
    )
    assert twiml.document(*verbs) == (
        b'<?xml version="1.0" encoding="UTF-8"?><Response><Pause length="2" />'
        b'<Redirect method="POST">https://x/?a=1&amp;b=2#c</Redirect><Hangup />'
        b'<Reject reason="busy" /></Response>'
    )


def test_a_gather_writes_its_attributes_in_one_order() -> None:
    listening = twiml.Listening("https://x", 5, 1, "#", hints="evet,hayır", language="tr")
    body = twiml.document(twiml.gather(listening, ()))
    assert body.decode().partition("<Response>")[2] == (
        '<Gather action="https://x" actionOnEmptyResult="true" finishOnKey="#" hints="evet,hayır" '
        'input="dtmf speech" language="tr-TR" method="POST" numDigits="1" speechTimeout="auto" '
        'timeout="5" /></Response>'
    )


def test_text_beyond_ascii_is_utf_8() -> None:
    body = twiml.document(*SPEAKER.verbs((Prompt("a", "tr", "ğüşıöç İ", 1.0),)))
    assert "ğüşıöç İ".encode() in body


def test_64_kilobytes_are_the_limit() -> None:
    with pytest.raises(twiml.DocumentTooLongError):
        twiml.document(*SPEAKER.verbs((Prompt("a", "tr", "x" * 66_000, 1.0),)))
