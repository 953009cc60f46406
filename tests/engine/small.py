"""Small flows for call scripts: only nodes are written, head and prompts come by themselves."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from ivr.domain.agent import AgentId
from ivr.domain.calendar import Calendar
from ivr.domain.commands import Answer, StartTimer
from ivr.domain.events import AgentOffered
from ivr.domain.problem import Severity
from ivr.engine.load import load_book
from ivr.flow.types import Type, parse_type
from ivr.flow.world import SourceShape, World
from tests.fakes.call_script import CallScript, Like

if TYPE_CHECKING:
    from ivr.domain.queue import OfferId
    from ivr.engine.book import Book

PROMPTS = (
    *("hello", "question", "short", "help", "wrong", "again", "bye", "sorry", "filler", "notice"),
    *("main", "sub", "back", "late"),
)
VALUES = {
    "heard_is": "{heard.tries|number} {heard.reason}",
    "read_back": "{number|digits}",
    "amount_is": "{amount|money}",
    "name_is": "{customer.name}",
    "place_is": "{queue.position|number}[, {queue.estimate|duration:about}]",
}
USES = (
    "hours: [branch], queues: [general], sources: [customer, block, ping], payments: [desk], "
    "places: [desk], surveys: [csat]"
)
RING = (Answer(), Like(StartTimer))
"""What every call begins with: it is taken, and its time limit runs."""


def prompts() -> str:
    """One sentence per prompt and language, so that a test can name what it hears."""
    plain = [f'{name}: {{tr: "{name} tr", en: "{name} en"}}' for name in PROMPTS]
    valued = [f'{name}: {{tr: "tr {text}", en: "en {text}"}}' for name, text in VALUES.items()]
    return "\n".join((*plain, *valued)) + "\n"


def flow(nodes: str, head: str = "", name: str = "main", runs: str = "") -> bytes:
    """A flow file; `head` may hold every field but these and uses. It may use the whole world.

    runs: the sub-flows it may run, with commas.
    """
    start = f"flow: {name}\nversion: 1\nlanguages: [tr, en]\nstart: start\n"
    return f"{start}uses: {{{USES}, flows: [{runs}]}}\n{head}\nnodes:\n{nodes}\n".encode()


def small_world() -> World:
    """Three sources, one calendar that is never open, and one of everything else."""
    return World(
        sources={
            source.name: source for source in (_customer(), _block(), SourceShape("ping", {}, {}))
        },
        calendars={"branch": Calendar(UTC, ((),) * 7)},
        switches={"branch": "storm"},
        outcomes=("paid",),
        queues=("general",),
        payments=("desk",),
        places={"desk": ()},
        surveys=("csat",),
    )


def small_book(nodes: str, head: str = "", **subs: bytes) -> Book:
    """The book of one flow and its sub-flows; fails with the problems if they do not load."""
    return book_in(small_world(), nodes, head, **subs)


def book_in(world: World, nodes: str, head: str = "", **subs: bytes) -> Book:
    """The same in another world."""
    main = flow(nodes, head, runs=", ".join(subs))
    files = {"flows/main.yaml": main, "flows/prompts.yaml": prompts().encode()}
    files |= {f"flows/{name}.yaml": text for name, text in subs.items()}
    book, problems = load_book(files, world)
    assert book is not None, "\n".join(
        str(one) for one in problems if one.severity is Severity.ERROR
    )
    return book


def types(**written: str) -> dict[str, Type]:
    """Types by their names in the flow language."""
    return {name: parse_type(text, currency="TRY", records={}) for name, text in written.items()}


def _customer() -> SourceShape:
    gives = types(id="text", name="text?")
    return SourceShape("customer", types(phone="phone"), gives, limit_s=2.0, not_found=True)


def _block() -> SourceShape:
    takes = types(card="sealed digits")
    return SourceShape("block", takes, {}, takes_sealed=True, repeatable=False)


def ringing(nodes: str, head: str = "", **subs: bytes) -> CallScript:
    """A call that has just come in, taken and timed; the first commands of the flow are due."""
    script = CallScript(small_book(nodes, head, **subs)).ring()
    for wanted in RING:
        script << wanted
    return script


def reserve(script: CallScript, offer: OfferId, agent: str = "ayse", **more: Any) -> CallScript:  # noqa: ANN401
    """The queue has reserved an agent for the caller who waits."""
    return script >> AgentOffered(
        turn=script.turn("place"),
        offer=offer,
        agent=AgentId(agent),
        address=f"sip:{agent}@desk",
        ring_s=15.0,
        **more,
    )
