"""A call that is asked how it was: the compiled survey of the example, alone in a flow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CallId
from ivr.domain.events import KeysCollected, LegAnswered
from ivr.domain.filing import KeepAnswer, MoveInvitation, SurveyDecided
from ivr.domain.outbound import CallPlaced, Placed
from ivr.domain.values import Sealed
from ivr.engine.load import load_book
from ivr.surveys.compiling import compiled
from tests.engine.small import small_world
from tests.fakes.call_script import CallScript
from tests.surveys.files.house import loaded

if TYPE_CHECKING:
    from ivr.engine.book import Book
    from ivr.surveys.model import Survey

FLOW = """\
flow: main
version: 1
languages: [tr, en]
start: start
uses: {surveys: [support]}
rescue: {error: over, emergency: over, hangup: gone}
nodes:
  start:
    - {survey: support, done: over}
  over:
    - hangup
  gone:
    - survey: support
"""


def book_of(survey: Survey | None = None) -> Book:
    """A book whose only flow asks this survey at once; none = the example's."""
    files = {"flows/main.yaml": FLOW.encode(), **compiled(survey or loaded(), "flows/")}
    book, problems = load_book(files, replace(small_world(), surveys=("support",)))
    assert book is not None, problems
    return book


class Asking(CallScript):
    """The call. `decided` says whether the caller was chosen; keys answer what is being asked."""

    @classmethod
    def begun(cls, survey: Survey | None = None, **more: Any) -> Asking:  # noqa: ANN401
        """The call has come in and reached the step."""
        script = cls(book_of(survey))
        script.ring(**more)
        script.skip()
        return script

    @classmethod
    def called(cls) -> Asking:
        """Whom we have called has picked up, and hears the offer."""
        book = book_of()
        script = cls(book)
        placed = CallPlaced(
            call=CallId("C1"),
            flow_hash=book.live["main"],
            flow="main",
            dnis="+908502220000",
            ani="+905321112233",
            placed=Placed(survey="I1"),
        )
        script >> placed
        script.skip()
        script >> LegAnswered()
        script.skip()
        return script.decided("voice")

    @classmethod
    def chosen(cls, survey: Survey | None = None) -> Asking:
        """The caller was chosen and hears the offer."""
        return cls.begun(survey).decided("voice")

    def decided(self, medium: str, **more: Any) -> Asking:  # noqa: ANN401
        """What the server says of this caller."""
        decided = SurveyDecided(turn=self.turn("decided"), medium=medium, **more)
        self >> decided
        self.skip()
        return self

    def answers(self, pressed: str = "", reason: str = "match") -> Asking:
        """The listen ends."""
        told = KeysCollected(turn=self.turn("keys"), keys=Sealed(pressed), reason=reason)
        self >> told
        self.skip()
        return self

    def nothing(self) -> Asking:
        """Silence."""
        return self.answers("", "none")

    @property
    def kept(self) -> list[tuple[str, int | None, str]]:
        """Every answer: question, number, text."""
        found = [one for one in self.all if isinstance(one, KeepAnswer)]
        return [(one.question, one.number, one.text) for one in found]

    @property
    def moves(self) -> list[str]:
        """Where the invitation went."""
        return [one.state for one in self.all if isinstance(one, MoveInvitation)]

    @property
    def said(self) -> list[str]:
        """The prompts of the last sound."""
        heard = [one for one in self.all if getattr(one, "prompts", ())]
        return [each.name for each in heard[-1].prompts]  # type: ignore[attr-defined]
