"""Everything the engine remembers of one call, as plain data that goes through JSON and back.

`step` never changes a state it is given: it works on a `fork`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.domain.call import (
    NO_TURN,
    BridgeId,
    CallId,
    Cause,
    EndedBy,
    LegId,
    Prompt,
    Segment,
    Turn,
)
from ivr.domain.events import EPOCH
from ivr.engine.party import ALONE, UNTOLD, Leg, Notice, Phase, Purpose, Tape, Wait

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.domain.commands import Waiting
    from ivr.domain.outbound import Placed
    from ivr.domain.values import Sealed, Value

SCHEMA = 1
LIVE = "live"
FINAL = "final"
FIRST_DIALLED, FIRST_BRIDGE = LegId(2), BridgeId(1)
PATH_FIRST, PATH_LAST = 50, 450
"""How many nodes of a very long call are remembered from its begin and from its end."""
GAP = "..."
"""Stands in the path for the nodes between."""
MENUS = 50
"""How many menus `back` can go back."""


@dataclass(slots=True)
class Frame:
    """A flow being walked: where it stands, its variables, and the verb's memory.

    data: what the verb of the current step remembers (tries, phase ...); emptied when it is left.
    open: name -> waiting command whose answer the verb waits for.
    visits: node -> how often it was entered. menus: nodes whose menu was passed, for `back`.
    """

    flow: str
    node: str
    step: int = 0
    variables: dict[str, Value] = field(default_factory=dict)
    data: dict[str, Value] = field(default_factory=dict)
    open: dict[str, Waiting] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    menus: list[str] = field(default_factory=list)

    def passed_menu(self) -> None:
        """Remember the node we stand at for `back`."""
        self.menus.append(self.node)
        del self.menus[:-MENUS]

    def fork(self) -> Frame:
        """A copy that can be changed without changing this one."""
        return Frame(
            self.flow,
            self.node,
            self.step,
            self.variables.copy(),
            self.data.copy(),
            self.open.copy(),
            self.visits.copy(),
            self.menus.copy(),
        )


@dataclass(slots=True)
class Heard:
    """The last listen, as expressions read it (`heard.by .reason .tries .words`)."""

    by: str = "key"
    reason: str = "none"
    tries: int = 0
    words: str = ""


@dataclass(slots=True)
class State:
    """One call. `region` is `live` while the caller is there, then `final`.

    prompts: said but not yet sent with a waiting command. ahead: keys typed ahead that the engine
    knows of. flush: whether the next listen must forget keys typed ahead. limit: the turn of the
    timer that ends a call that lasts too long. path: the nodes entered, see `went`. steps: how many
    were walked since the caller was last asked something. segments: those that are over and not
    spent in a flow. legs: everybody who is there, in the order of their numbers. wait: the wait in
    a queue that goes on now. placed: why we have called, None = the caller called us. callback_at:
    when the caller is called back, once that is promised. tape: the recording that goes on.
    notice: what the caller knows of being recorded.
    """

    call: CallId
    flow_hash: str
    dnis: str
    started_at: datetime
    ani: str | None = None
    trunk: str = ""
    channel: str = ""
    test: bool = False
    language: str = ""
    frames: list[Frame] = field(default_factory=list)
    prompts: tuple[Prompt, ...] = ()
    ahead: Sealed | None = None
    flush: bool = False
    heard: Heard = field(default_factory=Heard)
    facts: dict[str, Value] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    outcome: str = ""
    note: str = ""
    region: str = LIVE
    rescued: bool = False
    failed: bool = False
    segments: list[Segment] = field(default_factory=list)
    legs: tuple[Leg, ...] = ALONE
    wait: Wait | None = None
    next_leg: LegId = FIRST_DIALLED
    next_bridge: BridgeId = FIRST_BRIDGE
    next_turn: int = 1
    limit: Turn = NO_TURN
    ended: bool = False
    ended_by: EndedBy = EndedBy.CALLER
    cause: Cause = Cause.NORMAL
    last_at: datetime = EPOCH
    steps: int = 0
    placed: Placed | None = None
    callback_at: datetime | None = None
    tape: Tape | None = None
    notice: Notice = UNTOLD
    schema: int = SCHEMA

    @property
    def top(self) -> Frame:
        """The innermost frame."""
        return self.frames[-1]

    @property
    def beneath(self) -> int:
        """The innermost frame that waits for something while the top one is walked; -1: none."""
        waits = (index for index, frame in enumerate(self.frames[:-1]) if frame.open)
        return max(waits, default=-1)

    def went(self, place: str) -> None:
        """Write a node into the path; of a very long path only begin and end are kept."""
        self.path.append(place)
        if len(self.path) > PATH_FIRST + 1 + PATH_LAST:
            self.path[PATH_FIRST : PATH_FIRST + 2] = [GAP]

    def forget_ahead(self) -> None:
        """Keys typed ahead no longer count, neither ours nor those the channel holds."""
        self.flush, self.ahead = True, None

    def fork(self) -> State:
        """A copy that can be changed without changing this one."""
        heard = self.heard
        return State(
            self.call,
            self.flow_hash,
            self.dnis,
            self.started_at,
            self.ani,
            self.trunk,
            self.channel,
            self.test,
            self.language,
            [frame.fork() for frame in self.frames],
            self.prompts,
            self.ahead,
            self.flush,
            Heard(heard.by, heard.reason, heard.tries, heard.words),
            self.facts,
            self.path.copy(),
            self.outcome,
            self.note,
            self.region,
            self.rescued,
            self.failed,
            self.segments.copy(),
            self.legs,
            self.wait,
            self.next_leg,
            self.next_bridge,
            self.next_turn,
            self.limit,
            self.ended,
            self.ended_by,
            self.cause,
            self.last_at,
            self.steps,
            self.placed,
            self.callback_at,
            self.tape,
            self.notice,
            self.schema,
        )

    def waiting(self) -> tuple[Waiting, ...]:
        """Every open waiting command, outermost frame first: what a channel has to be doing now."""
        return tuple([command for frame in self.frames for command in frame.open.values()])


CLASSES = (State, Frame, Heard, Leg, Notice, Phase, Purpose, Tape, Wait)
"""What a state is made of beside words of the domain; all of it is stored."""
