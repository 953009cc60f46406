"""`ivr survey preview`: a survey as callers hear it and read it, before anybody is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.loading import load
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, complain, say
from ivr.config.surroundings import around_surveys
from ivr.domain.texting.segments import GSM7
from ivr.flow.prompt_sms import GSM7 as GSM7_NAME
from ivr.flow.prompt_sms import UCS2 as UCS2_NAME
from ivr.runtime.flows.library import read_folder
from ivr.surveys.files.loading import read_surveys
from ivr.surveys.model import SMS, VOICE
from ivr.surveys.preview import spoken, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.surveys.model import Survey
    from ivr.surveys.preview import Written

MEDIA = (VOICE, SMS)
FOLDER = "surveys"
_INDENT = " " * 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What is shown. language, medium: "" = all."""

    language: str = ""
    medium: str = ""


def preview(name: str, config_path: Path, wish: Wish) -> int:
    """Print it, then every mistake in its file. Returns the exit code."""
    if wish.medium not in ("", *MEDIA):
        complain(f'"{wish.medium}" is not previewed; write {" or ".join(MEDIA)}')
        return CANNOT_RUN
    config = load(config_path)
    folder = Path(config.flows.folder)
    path = _path(name, folder)
    if path is None:
        complain(f"{name} is not here; name a file, or one of {_known(folder) or 'none'}")
        return CANNOT_RUN
    around = replace(around_surveys(config, None), names=None)
    found, problems = read_surveys(_files(path, folder), around)
    survey = next(iter(found.surveys.values()), None) if found is not None else None
    if survey is not None and wish.language not in ("", *survey.languages):
        complain(f'it does not speak "{wish.language}"; write {" or ".join(survey.languages)}')
        return CANNOT_RUN
    for line in _lines(survey, wish) if survey is not None else ():
        say(line)
    for problem in problems:
        say(str(problem))
    return GOOD if survey is not None else FOUND


def _path(name: str, folder: Path) -> Path | None:
    """The file that is meant; None = there is none."""
    named = folder / FOLDER / f"{name}.yaml"
    return next((each for each in (Path(name), named) if each.is_file()), None)


def _known(folder: Path) -> str:
    return ", ".join(sorted(each.stem for each in (folder / FOLDER).glob("*.yaml")))


def _files(path: Path, folder: Path) -> dict[str, bytes]:
    """The file, as one of the flow folder, with the recordings there; no other survey, whose
    mistakes are not looked for."""
    files = read_folder(folder) if folder.is_dir() else {}
    kept = {name: data for name, data in files.items() if Path(name).parent.name != FOLDER}
    inside = path if path.parent.name == FOLDER else Path(FOLDER) / path.name
    return {**kept, inside.as_posix(): path.read_bytes()}


def _lines(survey: Survey, wish: Wish) -> Iterator[str]:
    for language in [wish.language] if wish.language else survey.languages:
        if survey.by_agents:
            yield from _on_the_desk(survey, language)
            continue
        if wish.medium in ("", VOICE):
            yield from _heard(survey, language)
        if wish.medium in ("", SMS):
            yield from _read(survey, language)


def _on_the_desk(survey: Survey, language: str) -> Iterator[str]:
    yield f"{survey.code}, {language}, on the desk of the agent:"
    for each in survey.questions.values():
        yield f"  {each.name}"
        yield f"{_INDENT}{each.say.get(language, '')}"
        yield f"{_INDENT}[{each.low} to {each.high}]"
    yield ""


def _heard(survey: Survey, language: str) -> Iterator[str]:
    yield f"{survey.code}, {language}, on the line (* repeats, # skips a question):"
    for each in spoken(survey, language):
        yield f"  {each.name}{_asked_if(each.only)}"
        yield f"{_INDENT}{each.text}"
        if each.keys:
            yield f"{_INDENT}[{each.keys}]"
    yield ""


def _read(survey: Survey, language: str) -> Iterator[str]:
    """Once for each alphabet that plans write in."""
    kinds = sorted({plan.is_plain for plan in survey.plans.values() if SMS in plan.media})
    for is_plain in kinds or [False]:
        alphabet = ", alphabet: plain" if is_plain else ""
        yield f"{survey.code}, {language}, by text{alphabet}:"
        for each in written(survey, language, plain_letters=is_plain):
            again = " (asked again)" if each.again else _asked_if(each.only)
            yield f"  {each.name}{again}"
            yield f"{_INDENT}{each.text}"
            yield f"{_INDENT}[{_cost(each)}]"
        yield ""


def _cost(one: Written) -> str:
    counted = one.counted
    alphabet = GSM7_NAME if counted.alphabet == GSM7 else UCS2_NAME
    parts = "1 part" if counted.parts == 1 else f"{counted.parts} parts"
    dearer = f', dearer by "{one.offender}"' if one.offender else ""
    return f"{parts}, {alphabet}, {counted.letters} characters, {counted.units} units{dearer}"


def _asked_if(condition: str) -> str:
    return f" (only if {condition})" if condition else ""
