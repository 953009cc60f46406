"""From the files in `flows/surveys/` to surveys, with every mistake at its place.

Pure: takes bytes, raises nothing for what stands in a file. Codes: F001 to F008 of the reader, F102
to F106 of shapes, F30x of conditions, F50x of texts, and V01 to V23 of surveys. A warning is
silenced by `# ok V08: reason` in its line.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.domain.filing import call_flow_of, flow_of
from ivr.domain.problem import Position, Problem, Severity
from ivr.domain.scalars import nearest
from ivr.flow.load.findings import Findings, meant
from ivr.flow.load.names import check_name
from ivr.flow.load.places import SURVEYS, sort_files
from ivr.flow.load.silencing import arranged, silenced
from ivr.flow.reader import read
from ivr.flow.reader_tree import Map, plain
from ivr.surveys.compiling import call_flow, compiled
from ivr.surveys.files.by_agents import check_agent_survey
from ivr.surveys.files.plans import read_plans
from ivr.surveys.files.questions import read_questions
from ivr.surveys.files.reading import Around, Reading, place, plain_texts
from ivr.surveys.files.shapes import OfferFields, SaidFields, SurveyFields
from ivr.surveys.files.unbuilt import check_survey_built
from ivr.surveys.files.wording import check_wording
from ivr.surveys.model import AGENT, CALLER, Offer, Said, Survey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ivr.flow.reader_tree import Document, Node

ANYWHERE = Around()
_SENTENCES = ("thanks", "declined", "opted_out")


@dataclass(frozen=True, slots=True)
class Surveys:
    """All surveys by code. A changed file makes new ones; calls that run keep theirs."""

    surveys: Mapping[str, Survey] = field(default_factory=lambda: MappingProxyType({}))

    def only(self, names: Iterable[str]) -> Surveys:
        """Those of these names."""
        kept = {name: self.surveys[name] for name in names if name in self.surveys}
        return Surveys(MappingProxyType(kept))


NO_SURVEYS = Surveys()


def read_surveys(
    files: Mapping[str, bytes], around: Around = ANYWHERE
) -> tuple[Surveys | None, tuple[Problem, ...]]:
    """The surveys, None if anything is an error, and all problems by place, at most 200.

    files: the whole flow folder; of it `surveys/*.yaml`, the names of flows and of recordings.
    """
    folder = sort_files(files)
    flows = frozenset((*around.flows, *folder.flows))
    recordings = frozenset((*around.recordings, *folder.recordings))
    known = replace(around, flows=flows, recordings=recordings)
    loading = _Loading(files, known)
    for name, path in folder.surveys.items():
        loading.file(name.removesuffix(".yaml"), path)
    if folder.flows:  # else only tickets are looked at
        loading.check_names()
    problems = arranged(silenced(loading.findings.problems, loading.documents))
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    return Surveys(MappingProxyType(loading.found)), problems


def as_flows(files: Mapping[str, bytes], asked: Collection[str] = ()) -> dict[str, bytes]:
    """Path -> text of the flows that the surveys among the files become; none while one is wrong.

    files: the whole flow folder. asked: surveys of this installation; only for these calls are
    begun.
    """
    found, _problems = read_surveys(files)
    made: dict[str, bytes] = {}
    for survey in found.surveys.values() if found is not None else ():
        path = survey.at.file if survey.at is not None else ""
        folder = path.removesuffix(f"{SURVEYS}/{survey.code}.yaml")
        made |= compiled(survey, folder)
        made |= call_flow(survey, folder) if survey.code in asked else {}
    return made


def of_callers(files: Mapping[str, bytes], names: Iterable[str]) -> list[str]:
    """Those of these surveys that callers are asked, as far as that can be read."""
    found, _problems = read_surveys(files)
    known = found.surveys if found is not None else {}
    return [name for name in names if name not in known or known[name].respondent == CALLER]


def read_version(definition: str) -> Survey:
    """A survey again from its `definition`, without plans. Raises ValueError if it is none."""
    files = {"surveys/version.yaml": definition.encode()}
    loading = _Loading(files, ANYWHERE)
    survey = loading.survey("surveys/version.yaml")
    if survey is None:
        raise ValueError("this version of a survey cannot be read any more")
    return survey


class _Loading:
    """One reading of the files that are there."""

    def __init__(self, files: Mapping[str, bytes], around: Around) -> None:
        self._files = files
        self._around = around
        self.findings = Findings()
        self.documents: dict[str, Document] = {}
        self.found: dict[str, Survey] = {}

    def file(self, code: str, path: str) -> None:
        """Read one file, which must hold the survey of its name."""
        survey = self.survey(path)
        document = self.documents.get(path)
        if survey is None or document is None or not isinstance(document.root, Map):
            return
        at = place(document.root, "survey")
        if survey.code != code:
            message = f'survey is "{survey.code}" but the file is {code}.yaml'
            self.findings.error("V21", at, message, "give both the same name")
        for name in self._around.flows.intersection(_inside(survey)):
            message = f'there is a flow "{name}", as the survey is called inside'
            self.findings.error("V21", at, message, "rename one of them")
        self.found[code] = survey

    def check_names(self) -> None:
        """V21: the configuration names a survey without a file."""
        for name in self._around.names or ():
            if name not in self.found and not self.findings.files_with_errors():
                near = meant(nearest(name, self.found))
                at = Position("config.yaml")
                message = f'survey "{name}" has no file flows/surveys/{name}.yaml'
                self.findings.error("V21", at, message, near)

    def survey(self, path: str) -> Survey | None:
        """The survey of a file; its problems are kept, F101 as V01."""
        document, problems = read(path, self._files[path], empty_ok=_never)
        own = Findings()
        own.add(*problems)
        survey = None
        if document is not None:
            self.documents[path] = document
            survey = _survey(document.root, path, Reading(self._around, own))
        self.findings.add(*(_as_ours(each) for each in own.problems))
        return survey


def _inside(survey: Survey) -> tuple[str, ...]:
    """The names of the flows that a survey becomes."""
    own = (flow_of(survey.code),)
    return (*own, call_flow_of(survey.code)) if survey.calls else own


def _as_ours(problem: Problem) -> Problem:
    return replace(problem, code="V01") if problem.code == "F101" else problem


def _never(_key: str) -> bool:
    return False


def _survey(root: Node | None, path: str, reading: Reading) -> Survey | None:
    if not isinstance(root, Map):
        at = Position(path) if root is None else root.at
        reading.error("F102", at, 'a survey begins with "survey: " and its name')
        return None
    stand_ins: dict[str, object] = {"survey": "", "version": "1", "questions": {}}
    fields = reading.fields(SurveyFields, root, "a survey", **stand_ins)
    if fields is None:
        return None
    check_name(fields.survey, place(root, "survey"), reading.findings)
    reading.languages, reading.code = fields.languages, fields.survey
    reading.by_agents = fields.respondent == AGENT
    check_survey_built(reading, root, fields.respondent)
    questions = read_questions(reading, root.get("questions"))
    if not questions and not reading.findings.problems:
        reading.error("F102", place(root, "questions"), "a survey has one question at least")
    if reading.by_agents:
        check_agent_survey(reading, root, questions)
    offer = _offer(reading, root.get("offer"))
    survey = Survey(
        code=fields.survey,
        languages=fields.languages,
        questions=questions,
        hash=hashlib.sha256(_canonical(root).encode()).hexdigest(),
        definition=_definition(root),
        respondent=fields.respondent,
        offer=offer,
        **{name: _said(reading, root.get(name), name) for name in _SENTENCES},
        plans=read_plans(reading, root.get("plans"), questions, offer),
        continues=fields.continues,
        at=place(root, "survey"),
    )
    if not reading.findings.files_with_errors():
        check_wording(reading, root, survey)
    return survey


def _offer(reading: Reading, node: Node | None) -> Offer:
    if node is None:
        return Offer()
    if not isinstance(node, Map):
        reading.wrong(node, "offer wants a map, as in {say: {tr: ..., en: ...}}")
        return Offer()
    fields = reading.fields(OfferFields, node, "offer", say={})
    say = reading.texts(node.get("say"), "offer: say")
    return Offer(plain_texts(say), fields.opt_out_key if fields is not None else "")


def _said(reading: Reading, node: Node | None, name: str) -> Said:
    if node is None:
        return Said()
    if not isinstance(node, Map):
        reading.wrong(node, f"{name} wants a map, as in {{say: {{tr: ..., en: ...}}}}")
        return Said()
    reading.fields(SaidFields, node, name)
    say = plain_texts(reading.texts(node.get("say"), f"{name}: say"))
    text = plain_texts(reading.texts(node.get("text"), f"{name}: text"))
    return Said(say, text or say)


def _without_plans(root: Map) -> dict[str, object]:
    return {each.key.value: plain(each.value) for each in root.entries if each.key.value != "plans"}


def _definition(root: Map) -> str:
    return json.dumps(_without_plans(root), ensure_ascii=False, separators=(",", ":"))


def _canonical(root: Map) -> str:
    """What is written and not how: only the order of questions counts."""
    parts = _without_plans(root)
    questions = parts.get("questions")
    order = list(questions) if isinstance(questions, dict) else []
    return json.dumps([parts, order], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
