"""What `ivr doctor` says about speech: who speaks, and which prompts nobody can say."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli.checkup.speech import speech
from ivr.config.load import load_config
from ivr.media.wav import Clip, write_wav
from ivr.runtime.speech.espeak import Espeak

if TYPE_CHECKING:
    from ivr.cli.checkup.finding import Finding

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]
SPEAKS = """
import sys
if "--version" in sys.argv:
    print("eSpeak NG 1.52.0")
elif "tr" in sys.argv:
    sys.stdout.buffer.write(bytes.fromhex(WAV))
"""


def found(voices: str, flows: Path, espeak: Espeak) -> list[Finding]:
    raw = f"zone: Europe/Istanbul\nvoices: {voices}\nflows: {{folder: {flows}}}\n".encode()
    return list(speech(load_config({"config.yaml": raw}, {}, now=NOW), NOW, espeak))


@pytest.fixture
def fake(tmp_path: Path) -> Espeak:
    """An espeak that speaks Turkish only."""
    path = tmp_path / "fake-espeak"
    wav = write_wav(Clip(bytes(22050), 22050)).hex()
    code = f"#!{sys.executable} -IS\n{SPEAKS.replace('WAV', repr(wav))}"
    path.write_text(code, encoding="utf-8")
    path.chmod(0o700)
    return Espeak(str(path))


def test_where_providers_speak_nothing_is_needed(tmp_path: Path) -> None:
    [told] = found("{tr: {tts: default}}", tmp_path, Espeak("no-espeak"))
    assert str(told) == "ok   speech: no trunk plays sound of our own"


def test_every_language_is_tried_out(fake: Espeak, tmp_path: Path) -> None:
    turkish, english = found("{tr: {tts: espeak}}", tmp_path, fake)
    assert str(turkish) == "ok   speech: espeak (1.52.0) speaks tr: 0.5 s of sound"
    assert english.verdict.value == "fail"
    assert "does not speak en" in english.message


def test_a_server_that_is_away_is_a_warning_since_espeak_takes_over(
    fake: Espeak, tmp_path: Path
) -> None:
    server, own, _english = found("{tr: {tts: wyoming, wyoming: '127.0.0.1:1'}}", tmp_path, fake)
    assert (server.verdict.value, own.verdict.value) == ("warn", "ok")
    assert "wyoming 127.0.0.1:1 does not speak tr: cannot be reached" in server.message


def test_without_an_engine_the_prompts_are_counted_and_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "shop.yaml").write_text(
        "flow: shop\nversion: 1\nlanguages: [en]\nstart: hello\n"
        "nodes:\n  hello:\n    - say: [hello, name]\n    - hangup:\n",
        encoding="utf-8",
    )
    (tmp_path / "shop.prompts.yaml").write_text(
        'hello: {en: "Hello."}\nname: {en: "Dear {call.from|phone}."}\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    [told] = found("{tr: {tts: espeak}}", Path(), Espeak("no-espeak"))
    assert str(told) == (
        "warn speech: no speech engine: install espeak-ng or record the 1 prompt listed; "
        "they are en/hello; 1 more have values and need an engine"
    )


def test_the_shipped_prompts_are_too_many_to_name_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    raw = (ROOT / "config.yaml").read_bytes()
    text = raw.replace(b"tr: {tts: default}", b"tr: {tts: espeak}")
    config = load_config({"config.yaml": text}, {}, now=NOW)
    [told] = speech(config, NOW, Espeak("no-espeak"))
    assert told.message.startswith("no speech engine: install espeak-ng or record the ")
    assert told.remedy.count(", ") == 19
    assert " more; " in told.remedy


def test_flows_that_cannot_be_read_are_told_elsewhere(tmp_path: Path) -> None:
    [told] = found("{tr: {tts: espeak}}", tmp_path / "nowhere", Espeak("no-espeak"))
    assert told.message == "no speech engine: install espeak-ng"
