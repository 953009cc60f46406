"""Reads `templates.yaml`: the texts that are sent about tickets, in the syntax of prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.expressions import Names
from ivr.flow.expressions.scope import missing_prefix, no_such_name
from ivr.flow.load.findings import inside
from ivr.flow.prompts import Template, TemplateError, parse_template
from ivr.flow.reader_tree import Map
from ivr.flow.types import DATETIME, TEXT, Type
from ivr.media.say.formats import FORMATS, accepts, format_problem
from ivr.tickets.catalogue.model import Answer, Category, Wording
from ivr.tickets.catalogue.shapes import AnswerFields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.problem import Position
    from ivr.flow.prompts import Insert
    from ivr.flow.reader_tree import Node, Text
    from ivr.tickets.catalogue.reading import NamedMap, Reading

MEDIA = ("sms", "email", "web", "chat", "social", "letter", "fax")
"""Media that are written."""
WITH_SUBJECT = frozenset({"email", "letter", "fax"})
"""Media whose texts have a subject, written `{subject: ..., body: ...}`."""
_MAYBE_TEXT = Type("text", optional=True)
VALUES: Mapping[str, Type] = {
    "ticket.number": TEXT,
    "ticket.subject": TEXT,
    "ticket.status": TEXT,
    "ticket.category": TEXT,
    "ticket.opened": DATETIME,
    "ticket.promised": Type("datetime", optional=True),
    "ticket.answer": _MAYBE_TEXT,
    "customer.name": _MAYBE_TEXT,
    "customer.number": _MAYBE_TEXT,
    "agent.name": _MAYBE_TEXT,
}
"""What a text may tell: the number, the public label of its state, the answer ..."""
SCOPE = Names(VALUES, standard=False)


def read_answers(
    reading: Reading, node: Node | None, categories: Mapping[str, Category]
) -> dict[str, Answer]:
    """The texts by name."""
    reader = _Answers(reading, categories)
    for named in reading.entries(node, "template"):
        reader.read(named)
    return reader.found


class _Answers:
    """One reading of all texts."""

    def __init__(self, reading: Reading, categories: Mapping[str, Category]) -> None:
        self._reading = reading
        self._categories = categories
        self._notices: dict[str, Position] = {}
        self.found: dict[str, Answer] = {}

    def read(self, named: NamedMap) -> None:
        fields = self._reading.settled(AnswerFields, named.raw, f"template {named.name}")
        for place, path in enumerate(fields.categories):
            at = named.places("categories", place)
            self._reading.check(path, self._categories, "category", at)
        written = ((each, named.raw.get(each)) for each in MEDIA)
        media = {
            each: self._medium(each, node, f"template {named.name}: {each}")
            for each, node in written
            if node is not None
        }
        if not media:
            message = f"template {named.name} has no text; write one for {', '.join(MEDIA)}"
            self._reading.findings.error("F102", named.at, message)
        notice = fields.notice or ""
        if notice:
            self._check_once(named, notice, fields.categories, media)
        elif named.raw.get("label") is None and named.raw.get("notice") is None:
            message = f'template {named.name} needs a "label", by which agents choose it'
            self._reading.findings.error("F102", named.at, message)
        labels = self._reading.labels(named.raw, "label", f"template {named.name}")
        self.found[named.name] = Answer(named.name, labels, media, notice, fields.categories)

    def _check_once(
        self, named: NamedMap, notice: str, categories: tuple[str, ...], media: Mapping[str, object]
    ) -> None:
        """F921: two texts of which nobody could say which one is sent."""
        for category in categories or ("every category",):
            for medium in media:
                what = f"{notice} by {medium} for {category}"
                self._reading.once(self._notices, what, "the notice", named.at)

    def _medium(self, medium: str, node: Node, subject: str) -> dict[str, Wording]:
        if medium not in WITH_SUBJECT:
            return {name: Wording(text) for name, text in self._texts(node, subject).items()}
        parts = _parts(node)
        if parts is None:
            message = f"{subject} wants a subject and a body, each in every language"
            self._reading.wrong(node, message)
            return {}
        heads = self._texts(parts[0], f"{subject} subject")
        bodies = self._texts(parts[1], f"{subject} body")
        return {name: Wording(bodies[name], heads[name]) for name in heads if name in bodies}

    def _texts(self, node: Node, subject: str) -> dict[str, Template]:
        written = self._reading.written(node, subject)
        found = {name: self._template(text) for name, text in written.items()}
        return {name: each for name, each in found.items() if each is not None}

    def _template(self, text: Text) -> Template | None:
        findings = self._reading.findings
        try:
            template = parse_template(text.value)
        except TemplateError as error:
            findings.error("F507", inside(text, error.offset), error.message)
            return None
        for insert in template.inserts:
            wrong = wrong_value(insert)
            if wrong is not None:
                code, message, hint = wrong
                findings.error(code, inside(text, insert.offset), message, hint)
        return template


def _parts(node: Node) -> tuple[Node, Node] | None:
    """Subject and body; None if it is anything else."""
    if not isinstance(node, Map):
        return None
    subject, body = node.get("subject"), node.get("body")
    return None if subject is None or body is None or len(node.entries) > 2 else (subject, body)


def wrong_value(insert: Insert) -> tuple[str, str, str] | None:
    """What is wrong with a value in a text: code, message, hint (F204, F504, F508)."""
    kind = SCOPE.type_of(insert.path)
    if kind is None:
        return ("F204", *no_such_name(insert.path, SCOPE))
    problem = format_problem(insert.format, insert.argument)
    if problem:
        return "F504", problem, ""
    if not accepts(insert.format, str(kind.present)):
        right = next(name for name in FORMATS if accepts(name, str(kind.present)))
        words = insert.format or "plain text"
        hint = f"write {{{insert.dotted}{'|' if right else ''}{right}}}"
        return "F504", f"{words} cannot hold a {kind.name}", hint
    if not insert.optional and missing_prefix(insert.path, SCOPE, frozenset()):
        return "F508", f"{insert.dotted} may be missing", "put it in [ ]"
    return None
