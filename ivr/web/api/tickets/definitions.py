"""The files that say what tickets can be about and what is promised: read, checked, published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import BaseModel, Field, StringConstraints

from ivr.domain.errors import NotValidError
from ivr.domain.problem import Severity
from ivr.runtime.definitions.forms import (
    CategoryForm,
    TargetForm,
    add_category,
    change_category,
    change_target,
)
from ivr.web.api.parts import BASE
from ivr.web.errors import RefusalError
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.problem import Problem
    from ivr.runtime.definitions.files import Definition, Definitions
    from ivr.web.api.parts import ApiParts

MOST = 500_000
Name = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,32}\.yaml\z")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}\z")]
Text = Annotated[str, StringConstraints(max_length=MOST)]
Path = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}(\.[a-z0-9_]{1,64}){0,9}\z")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,64}\z")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+\z")]
Time = Annotated[str, StringConstraints(pattern=r"^([0-9]{1,6}[smhd]?)?\z")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}\z")]


class TextIn(Body):
    """A whole file as it would be."""

    text: Text


class PublishIn(Body):
    """A whole file, the version that it was made from, and why."""

    text: Text
    version: Version
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class CategoryIn(Body):
    """A category as a form has it; what is left out stays, "" takes out."""

    text: Text
    what: Literal["add", "change"]
    path: Path
    label: Annotated[dict[Language, Words], Field(max_length=8, default_factory=dict)]
    team: Code | None = None
    kind: Code | None = None
    priority: Code | None = None
    severity: Code | None = None
    active: bool | None = None


class TargetIn(Body):
    """A target of a promise, or its hours; time "" takes the target out."""

    text: Text
    policy: Path
    metric: Code = ""
    level: Code = ""
    time: Time = ""
    hours: Code = ""


class TextOut(BaseModel):
    """A whole file as it would be."""

    text: str


class DefinitionOut(BaseModel):
    """A file as it is now."""

    name: str
    version: str
    text: str


class ProblemOut(BaseModel):
    """One mistake. line, column: from 1; hint: the remedy."""

    file: str
    line: int
    column: int
    code: str
    severity: str
    message: str
    hint: str


class CheckedOut(BaseModel):
    """What is wrong. good: it could be published."""

    good: bool
    problems: list[ProblemOut]


class PublishedOut(DefinitionOut):
    """What is in force now, with its warnings."""

    problems: list[ProblemOut]


class DefinitionError(RefusalError):
    """There are mistakes in the text; `problems` has all of them, and nothing was changed."""

    code: ClassVar[str] = "definition"
    status: ClassVar[int] = 422


@dataclass(frozen=True, slots=True)
class DefinitionRoutes:
    """The routes /definitions."""

    parts: ApiParts
    definitions: Definitions

    def routes(self) -> list[Route]:
        """The operations of this module."""
        base = f"{BASE}/definitions"
        one = f"{base}/{{name}}"
        see, draft = Right("definition", "r"), Right("definition", "a")
        put = Right("definition", "x")
        return [
            Route("GET", base, self.every_definition, see),
            Route("GET", one, self.definition, see, also=(404,)),
            Route("GET", f"{one}/versions/{{version}}", self.definition_version, see, also=(404,)),
            Route("POST", f"{one}/check", self.check_definition, draft, also=(404, 422)),
            Route("POST", f"{base}/category", self.fill_category, draft, also=(404, 422)),
            Route("POST", f"{base}/target", self.fill_target, draft, also=(404, 422)),
            Route("POST", f"{one}/publish", self.publish_definition, put, also=(404, 412, 422)),
        ]

    async def every_definition(self) -> Items[DefinitionOut]:
        """Every file, as it is now."""
        return Items(items=[_shown(each) for each in await self.definitions.all()])

    async def definition(self, name: Name) -> DefinitionOut:
        """One file."""
        return _shown(await self.definitions.get(name))

    async def definition_version(self, name: Name, version: Version) -> DefinitionOut:
        """A version that was published here before; the audit log names them."""
        text = await self.definitions.kept(name, version)
        return DefinitionOut(name=name, version=version, text=text)

    async def check_definition(self, name: Name, body: TextIn) -> CheckedOut:
        """All that would be wrong with it; nothing is written."""
        problems = await self.definitions.check(name, _plain(body.text))
        return CheckedOut(good=not _wrong(problems), problems=_told(problems))

    async def fill_category(self, body: CategoryIn) -> TextOut:
        """The text of catalogue.yaml with a category added or changed; nothing is written."""
        form = CategoryForm(
            body.path, body.label, body.team, body.kind, body.priority, body.severity, body.active
        )
        make = add_category if body.what == "add" else change_category
        return TextOut(text=make(_plain(body.text), form))

    async def fill_target(self, body: TargetIn) -> TextOut:
        """The text of sla.yaml with a target or the hours of a promise changed; likewise."""
        form = TargetForm(body.policy, body.metric, body.level, body.time, body.hours)
        return TextOut(text=change_target(_plain(body.text), form))

    async def publish_definition(self, ask: Ask, name: Name, body: PublishIn) -> PublishedOut:
        """Put it in force at once; with a mistake in it nothing changes, and all are told."""

        async def noted(fresh: str) -> None:
            facts = {"before": body.version, "after": fresh, "why": body.reason}
            await self.parts.write_down(ask, "definition-publish", name, **facts)

        publish = self.definitions.publish
        now, problems = await publish(name, _plain(body.text), body.version, noted)
        if _wrong(problems):
            told = [each.model_dump() for each in _told(problems)]
            raise DefinitionError("there are mistakes in it", {"problems": told})
        return PublishedOut(**_shown(now).model_dump(), problems=_told(problems))


def _plain(text: str) -> str:
    """What a browser sends has one kind of line end. Raises NotValidError for half characters."""
    plain = text.replace("\r\n", "\n")
    try:
        plain.encode()
    except UnicodeEncodeError:
        raise NotValidError("this text has half a character in it") from None
    return plain


def _wrong(problems: Sequence[Problem]) -> bool:
    return any(each.severity is Severity.ERROR for each in problems)


def _told(problems: Sequence[Problem]) -> list[ProblemOut]:
    return [
        ProblemOut(
            file=each.at.file,
            line=each.at.line,
            column=each.at.column,
            code=each.code,
            severity=each.severity.value,
            message=each.message,
            hint=each.hint,
        )
        for each in problems
    ]


def _shown(row: Definition) -> DefinitionOut:
    return DefinitionOut(name=row.name, version=row.version, text=row.text)
