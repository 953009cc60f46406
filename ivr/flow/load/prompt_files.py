"""Reads prompt files: every word a caller hears or reads, in each language (flow-language.md 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ivr.domain.scalars import nearest
from ivr.flow.load.findings import Findings, inside, meant
from ivr.flow.load.heads import is_language
from ivr.flow.load.names import check_name
from ivr.flow.load.recordings import Recording
from ivr.flow.model import PromptText
from ivr.flow.prompts import Template, TemplateError, longest_seconds, parse_template
from ivr.flow.reader_tree import Entry, Map, Node, Text
from ivr.media.say.formats import format_problem

if TYPE_CHECKING:
    from ivr.domain.problem import Position

Recordings: TypeAlias = Mapping[tuple[str, str], Recording]
"""(language, prompt) -> sound file."""
_FIELDS = ("text", "voice")


@dataclass(frozen=True, slots=True)
class WrittenPrompt:
    """A prompt as its file has it. at: its name; inside_at: what is written under the name.

    words: language -> the text as written, for the flow's hash. recordings: files used.
    is_sound: nothing is wrong with it.
    """

    name: str
    file: str
    at: Position
    inside_at: Position
    texts: Mapping[str, PromptText] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    recordings: tuple[str, ...] = ()
    is_sound: bool = True


def read_prompts(
    root: Node | None, recordings: Recordings, findings: Findings
) -> dict[str, WrittenPrompt]:
    """The prompts of one file by name; mistakes are noted."""
    if root is None:
        return {}
    if not isinstance(root, Map):
        findings.error("F103", root.at, "a file of prompts is a map of name: {language: text}")
        return {}
    found = (_PromptReader(entry, recordings, findings).read() for entry in root.entries)
    return {prompt.name: prompt for prompt in found}


class _PromptReader:
    """Reads one prompt in all its languages."""

    def __init__(self, entry: Entry, recordings: Recordings, findings: Findings) -> None:
        self._entry = entry
        self._name = entry.key.value
        self._recordings = recordings
        self._findings = findings
        self._texts: dict[str, PromptText] = {}
        self._written: dict[str, Text] = {}
        self._files: list[str] = []
        self._is_sound = True

    def read(self) -> WrittenPrompt:
        """The prompt, with what could be read of it."""
        key, value = self._entry.key, self._entry.value
        self._is_sound = check_name(self._name, key.at, self._findings)
        if isinstance(value, Map):
            for entry in value.entries:
                self._language(entry)
            self._compare()
        else:
            self._refuse("F103", value.at, f"{self._name} wants a text for each language")
        words = {language: text.value for language, text in self._written.items()}
        files = tuple(self._files)
        return WrittenPrompt(
            self._name, key.at.file, key.at, value.at, self._texts, words, files, self._is_sound
        )

    def _refuse(self, code: str, at: Position, message: str, hint: str = "") -> None:
        self._is_sound = False
        self._findings.error(code, at, message, hint)

    def _language(self, entry: Entry) -> None:
        language = entry.key.value
        if not is_language(language):
            message = f'"{language}" is not a language; write it as tr or en'
            self._refuse("F103", entry.key.at, message)
            return
        text, voice = self._text_and_voice(entry)
        if text is None:
            return
        template = self._template(text)
        if template is not None:
            self._written[language] = text
            self._texts[language] = self._spoken(language, template, text.at, voice)

    def _text_and_voice(self, entry: Entry) -> tuple[Text | None, str]:
        """The text of one language, written alone or as `{text, voice}`."""
        value = entry.value
        if isinstance(value, Text):
            return value, ""
        if not isinstance(value, Map):
            self._refuse("F103", value.at, f"{self._name} wants one text for {entry.key.value}")
            return None, ""
        self._check_fields(value)
        text, voice = value.get("text"), value.get("voice")
        if not isinstance(text, Text):
            at = value.at if text is None else text.at
            self._refuse("F102", at, f'{self._name} needs a "text" for {entry.key.value}')
            return None, ""
        return text, voice.value if isinstance(voice, Text) else ""

    def _check_fields(self, value: Map) -> None:
        for entry in value.entries:
            name = entry.key.value
            if name not in _FIELDS:
                message = f'a prompt has no field "{name}"'
                self._refuse("F101", entry.key.at, message, meant(nearest(name, _FIELDS)))
            elif not isinstance(entry.value, Text):
                self._refuse("F103", entry.value.at, f"{name} wants one value")

    def _template(self, text: Text) -> Template | None:
        try:
            template = parse_template(text.value)
        except TemplateError as error:
            self._refuse("F507", inside(text, error.offset), error.message)
            return None
        for insert in template.inserts:
            problem = format_problem(insert.format, insert.argument)
            if problem:
                self._refuse("F504", inside(text, insert.offset), problem)
        return template

    def _spoken(self, language: str, template: Template, at: Position, voice: str) -> PromptText:
        """A recording replaces a text without values."""
        recording = self._recordings.get((language, self._name))
        if recording is None or template.inserts:
            seconds = longest_seconds(template)
            return PromptText(self._name, language, template, seconds, at, voice)
        self._files.append(recording.path)
        seconds, audio = recording.seconds, recording.audio
        return PromptText(self._name, language, template, seconds, at, voice, audio)

    def _compare(self) -> None:
        """F503: each language says the same values; one mistyped in one of them is told once."""
        values = {name: _values(text.template) for name, text in self._texts.items()}
        told: set[tuple[str, str]] = set()
        for path in dict.fromkeys(path for each in values.values() for path in each):
            has = next(language for language, each in values.items() if path in each)
            for language, each in values.items():
                if path in each or (language, path) in told:
                    continue
                near = nearest(path, [one for one in each if one not in values[has]])
                told.add((has, near or ""))
                at = inside(self._written[has], values[has][path])
                message = f"{{{path}}} is in {has} but not in {language}"
                self._refuse("F503", at, message, f"{language} has {{{near}}}" if near else "")


def _values(template: Template) -> dict[str, int]:
    """Dotted path -> offset of its first place."""
    return {insert.dotted: insert.offset for insert in reversed(template.inserts)}
