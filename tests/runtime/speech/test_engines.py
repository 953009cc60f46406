"""Who speaks which language, from the configuration."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.config.load import load_config
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.speech.engines import Engines, open_engines

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def engines(voices: str) -> Engines:
    raw = f"zone: Europe/Istanbul\nlanguages: [tr, en, az]\nvoices: {voices}\n".encode()
    return open_engines(load_config({"config.yaml": raw}, {}, now=NOW), VirtualClock())


def said(found: Engines, language: str) -> list[tuple[str, str]]:
    return [(each.engine.name, each.voice) for each in found.speakers(language)]


def test_espeak_speaks_what_nobody_was_named_for() -> None:
    found = engines("{tr: {tts: default, voice: Polly.Filiz}}")
    assert said(found, "tr") == said(found, "en") == [("espeak", "")]


def test_espeak_takes_the_voice_that_is_meant_for_it() -> None:
    assert said(engines("{tr: {tts: espeak, voice: tr+f3}}"), "tr") == [("espeak", "tr+f3")]


def test_a_server_comes_first_and_espeak_with_its_own_voice_after_it() -> None:
    found = engines("{tr: {tts: wyoming, wyoming: 'speech:10200', voice: tr_TR-dfki}}")
    assert said(found, "tr") == [("wyoming speech:10200", "tr_TR-dfki"), ("espeak", "")]


def test_languages_of_one_server_share_the_engine() -> None:
    voices = (
        "{tr: {tts: wyoming, wyoming: '[::1]:10200'}, en: {tts: wyoming, wyoming: '[::1]:10200'}, "
        "az: {tts: wyoming, wyoming: '[::1]:10201'}}"
    )
    found = engines(voices)
    tr, en, az = (found.speakers(language)[0].engine for language in ("tr", "en", "az"))
    assert tr is en
    assert tr is not az
    assert tr.name == "wyoming ::1:10200"
