"""Documents for the provider, made with its own package so that they are spelled as it wants them.

The package writes attributes sorted by name: the same words always give the same bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from twilio.twiml.voice_response import (
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
)
from twilio.twiml.voice_response import VoiceResponse as Response

from ivr.channels.twilio.wire.walker import MOST_BYTES
from ivr.domain.errors import ChannelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.domain.call import Prompt

# What XML cannot carry or a voice cannot say: control characters, lone surrogates, non-characters.
_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_LOCALES: Mapping[str, str] = {
    "ar": "ar-XA",
    "az": "az-AZ",
    "bg": "bg-BG",
    "de": "de-DE",
    "el": "el-GR",
    "en": "en-US",
    "es": "es-ES",
    "fr": "fr-FR",
    "it": "it-IT",
    "nl": "nl-NL",
    "pl": "pl-PL",
    "pt": "pt-PT",
    "ro": "ro-RO",
    "ru": "ru-RU",
    "tr": "tr-TR",
    "uk": "uk-UA",
}
LONGEST_TALK_S = 14_400
"""The provider's own bound of a `Dial`; ours of the whole call comes first."""
Verb: TypeAlias = Any
"""A verb of the provider's package, which has no types."""


class DocumentTooLongError(ChannelError):
    """A document is longer than the 64 KB that the provider reads (error 11750)."""

    code = "document-too-long"


@dataclass(frozen=True, slots=True)
class Listening:
    """The attributes of a Gather. finish_on_key is always written: its default would be `#`."""

    action: str
    timeout_s: int
    num_digits: int
    finish_on_key: str
    hints: str = ""
    language: str = ""
    speech_timeout: str = "auto"
    empty: bool = True
    """Whether an answer without keys is told, too; else the next verb comes."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The attributes of a Record. silence_s: that ends it; told: where it is told what became of
    it, also if the caller is gone."""

    action: str
    told: str
    longest_s: int
    silence_s: int
    finish_on_key: str


@dataclass(frozen=True, slots=True)
class Room:
    """The attributes of a conference that are not the same for everybody.

    action: asked once somebody has left it. events: is told who comes and goes. coach: the
    provider's name of the call whose owner alone hears this one, "" = all do.
    """

    name: str
    action: str
    events: str
    muted: bool = False
    coach: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Turns prompts into verbs. voices: language -> the provider's name of a voice.

    media: hash of a recording -> the URL it is fetched from.
    """

    media: Any
    voices: Mapping[str, str] = field(default_factory=dict)

    def verbs(self, prompts: Sequence[Prompt]) -> list[Verb]:
        """One verb per prompt that has something to say."""
        return [self._verb(prompt) for prompt in prompts if prompt.audio or clean(prompt.text)]

    def _verb(self, prompt: Prompt) -> Verb:
        if prompt.audio:
            return Play(self.media(prompt.audio))
        voice = self.voices.get(prompt.language)
        return Say(clean(prompt.text), language=locale(prompt.language), voice=voice)


def clean(text: str) -> str:
    """Text without what XML cannot carry; each run of it becomes a blank."""
    return _UNSPEAKABLE.sub(" ", text).strip()


def locale(language: str) -> str:
    """The provider's tag of a language: `tr` is `tr-TR`; one with a region stays as it is."""
    return _LOCALES.get(language, language)


def gather(listening: Listening, inside: Sequence[Verb]) -> Verb:
    """Prompts that a key may stop, and the listening after them."""
    attributes: dict[str, Any] = {  # spelled as in XML: the package need not translate them
        "action": listening.action,
        "method": "POST",
        "input": "dtmf",
        "timeout": listening.timeout_s,
        "numDigits": listening.num_digits,
        "finishOnKey": listening.finish_on_key,
        "actionOnEmptyResult": listening.empty,
    }
    if listening.hints:
        attributes["input"] = "dtmf speech"
        attributes["hints"] = clean(listening.hints)
        attributes["language"] = locale(listening.language)
        attributes["speechTimeout"] = listening.speech_timeout
    made = Gather(**attributes)
    for verb in inside:
        made.append(verb)
    return made


def record(recording: Recording) -> Verb:
    """A tone, then the caller is recorded."""
    return Record(
        action=recording.action,
        method="POST",
        maxLength=recording.longest_s,
        timeout=recording.silence_s,
        finishOnKey=recording.finish_on_key,
        playBeep=True,
        trim="do-not-trim",
        recordingStatusCallback=recording.told,
        recordingStatusCallbackMethod="POST",
        recordingStatusCallbackEvent="completed absent",
    )


def play(url: str) -> Verb:
    """A file at a URL."""
    return Play(url)


def conference(room: Room) -> Verb:
    """Talk with whoever else is in the room.

    Nobody ends it by leaving, and nobody hears a tone or the provider's own music: people come and
    go by our commands. Who leaves goes on with `action`.
    """
    made = Dial(action=room.action, method="POST", timeLimit=LONGEST_TALK_S)
    attributes: dict[str, Any] = {
        "beep": "false",
        "startConferenceOnEnter": True,
        "endConferenceOnExit": False,
        "waitUrl": "",
        "statusCallback": room.events,
        "statusCallbackMethod": "POST",
        "statusCallbackEvent": "join leave",
    }
    if room.muted:
        attributes["muted"] = True
    if room.coach:
        attributes["coach"] = room.coach
    made.conference(room.name, **attributes)
    return made


def pause(seconds: int) -> Verb:
    """Silence."""
    return Pause(length=seconds)


def redirect(url: str) -> Verb:
    """Go on with the document at this URL."""
    return Redirect(url, method="POST")


def hangup() -> Verb:
    """End the call."""
    return Hangup()


def reject(reason: str = "rejected") -> Verb:
    """Refuse the call, `rejected` or `busy`; as the first verb of all it was never answered."""
    return Reject(reason=reason)


def document(*verbs: Verb) -> bytes:
    """The document of these verbs in UTF-8. Raises DocumentTooLongError."""
    response = Response()
    for verb in verbs:
        response.append(verb)
    body = str(response.to_xml()).encode()
    if len(body) > MOST_BYTES:
        raise DocumentTooLongError(f"a document of {len(body)} bytes")
    return body
