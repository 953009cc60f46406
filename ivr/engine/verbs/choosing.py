"""When a caller who wants to be called back is called: as soon as it is his turn, or at a time that
he chooses from a few of today and tomorrow.

He has accepted already: whatever happens from now on but an agent who gets him, he is promised a
call. Who says nothing, twice presses what was not asked for, or hangs up is called as soon as it is
his turn. His place is kept meanwhile, agents are rung up for him, and nothing else is said.

Turn `choose`. Memory of the queue verb: slots (times to choose from, each from and until), strays
(how often something else was pressed), slot (the time that was chosen).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ivr.domain.commands import LeaveQueue
from ivr.domain.events import Answer, KeysCollected
from ivr.domain.queue import Ticket, WaitEnd
from ivr.domain.slots import Slot, slots
from ivr.engine.verb import Move, Resume, Stay
from ivr.engine.verbs import callback_words, hearing, listening, promising

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.engine.view import View
    from ivr.flow.model import Step

LISTEN_S = 6.0
"""How long a caller may think after the last of the words."""
MOST_STRAYS = 2


def accepted(step: Step, view: View) -> Move:
    """The caller wants to be called back: ask when, where the queue has that chosen."""
    found = _to_choose(view) if _chooses(step, view) else ()
    if not found or promising.is_taken(view):
        return promising.book(step, view)
    return _ask(step, view, found, 0)


def _chooses(step: Step, view: View) -> bool:
    fields: Any = step.fields
    if fields.callback is not None and fields.callback.window:
        return bool(fields.callback.window == "choose")
    return hearing.shape_of(view, promising.queue_of(view)).callback_chooses


def _to_choose(view: View) -> tuple[Slot, ...]:
    """Times in which the queue that calls back is open."""
    world = view.book.world
    hours = hearing.shape_of(view, promising.queue_of(view)).hours
    return slots(view.now, world.zone, world.calendars.get(hours))


def _ask(step: Step, view: View, found: tuple[Slot, ...], strays: int) -> Stay:
    words = callback_words.choice(view.language, found, hearing.when(view))
    keys = tuple(str(key) for key in range(1, len(found) + 2))
    how = {"first_s": LISTEN_S, "last_s": 0.0, "end_key": "", "speech": False, "words": ()}
    listen = listening.collect(step, view, (words,), keys=keys, flush=True, **how)
    kept = tuple((one.begins, one.ends) for one in found)
    keep = {"slots": kept, "strays": strays, **hearing.cut(view)}
    return Stay(ask={"choose": listen}, close=("sound", "keys"), keep=keep)


def _chosen(step: Step, view: View, event: KeysCollected) -> Move:
    """It is booked, even while it is being settled whether an agent has the caller: then that is
    taken back."""
    found = tuple(Slot(*one) for one in cast("tuple[Any, ...]", view.data["slots"]))
    strays = cast("int", view.data["strays"]) + 1
    times: dict[str, Slot | None] = {"1": None}
    times |= {str(key): slot for key, slot in enumerate(found, start=2)}
    key = listening.plain_keys(event)
    if event.reason == "match" and key in times:
        return promising.booking(step, view, times[key])
    if event.reason == "none" or strays >= MOST_STRAYS:
        return promising.booking(step, view, None)
    return _ask(step, view, found, strays)


def gone(step: Step, view: View) -> Stay | None:
    """The caller has hung up; whoever has accepted is promised his call all the same."""
    if "choose" not in view.open and "booked" not in view.open:
        return None
    ask = {} if "booked" in view.open else promising.booking(step, view, None).ask
    leave = LeaveQueue(ticket=Ticket(str(view.data["ticket"])), end=WaitEnd.CALLBACK)
    close = tuple(name for name in view.open if name != "booked")
    return Stay(ask=ask, first=(leave,), close=close)


RESUME: Mapping[tuple[str, type[Answer]], Resume] = {("choose", KeysCollected): _chosen}
