"""What a call test is played on: the engine's `step`, its book, the verbs and the channels.

The flow layer lies below the engine, so all of it is handed in; nothing here imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from ivr.domain import call, commands, events, filing, outbound, queue, recording
from ivr.domain.codec import Codec
from ivr.domain.commands import Command
from ivr.domain.events import Event
from ivr.flow.cases.channel import Channel, LineChannel
from ivr.flow.cases.model import SIMULATOR

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.flow.model import Bundle, Flow
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World


class FrameSeen(Protocol):
    """A flow being walked, as far as tests look at it."""

    @property
    def flow(self) -> str: ...
    @property
    def node(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def variables(self) -> Mapping[str, Value]: ...


class CallSeen(Protocol):
    """The engine's state of a call, as far as tests look at it."""

    @property
    def language(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def ended(self) -> bool: ...
    @property
    def path(self) -> Sequence[str]: ...
    @property
    def frames(self) -> Sequence[FrameSeen]: ...


class BookSeen(Protocol):
    """The engine's book. It must be a dataclass: a call in another language gets a copy."""

    @property
    def world(self) -> World: ...
    @property
    def bundles(self) -> Mapping[str, Bundle]: ...
    @property
    def live(self) -> Mapping[str, str]: ...


Step = Callable[[Any, Event, Any], tuple[Any, tuple[Command, ...]]]
_CLASSES = (
    *events.EVENTS,
    *outbound.OUTBOUND,
    outbound.Placed,
    *filing.FILED,
    *recording.RECORDED,
    *(kind for kind in commands.COMMANDS if kind is not commands.Answer),
    *(call.Prompt, call.Segment, call.Outcome, call.Result, call.EndedBy, call.Cause),
    *(call.Mode, call.TransferKind, queue.WaitEnd),
)


class Vault:
    """Keeps sealed values out of what is written: text goes in, a token comes out."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def seal(self, text: str) -> str:
        """A token that tells nothing."""
        self._texts.append(text)
        return f"•{len(self._texts) - 1}"

    def unseal(self, token: str) -> str:
        """The text of a token of this vault."""
        return self._texts[int(token[1:])]

    def empty(self) -> None:
        """Forget everything."""
        self._texts.clear()


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that calls are played with.

    step: `engine.step`. book: the engine's, with the flows under test live. specs: verb -> spec.
    state_classes: the dataclasses of the engine's state, for the way through JSON (`restart`).
    channels: by the name tests use; without an entry a test of that channel fails (T206).
    """

    step: Step
    book: BookSeen
    specs: Mapping[str, VerbSpec]
    state_classes: tuple[type, ...] = ()
    channels: Mapping[str, Callable[[], Channel]] = field(
        default_factory=lambda: {SIMULATOR: LineChannel}
    )
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def bundle(self, flow: str) -> Bundle:
        """The live version of a flow."""
        return self.book.bundles[self.book.live[flow]]

    def book_in(self, language: str) -> BookSeen:
        """The same book with every call beginning in `language` ("" = as the flow says).

        The languages are turned round, so that the key for the next language still leads on.
        """
        if not language:
            return self.book
        name = f"book {language}"
        if name not in self._kept:
            bundles = {key: _in(language, one) for key, one in self.book.bundles.items()}
            book: Any = self.book
            self._kept[name] = replace(book, bundles=bundles)
        found: BookSeen = self._kept[name]
        return found

    def codec(self) -> Codec:
        """Codes events, commands and states; sealed values become tokens of `vault`."""
        if "codec" not in self._kept:
            vault = self.vault()
            classes = (*_CLASSES, *self.state_classes)
            self._kept["codec"] = Codec(classes, vault.seal, vault.unseal)
        found: Codec = self._kept["codec"]
        return found

    def vault(self) -> Vault:
        """Where sealed values are kept while they are coded."""
        found: Vault = self._kept.setdefault("vault", Vault())
        return found


def _in(language: str, bundle: Bundle) -> Bundle:
    flows = {name: _turned(flow, language) for name, flow in bundle.flows.items()}
    return replace(bundle, root=flows[bundle.root.name], flows=flows)


def _turned(flow: Flow, language: str) -> Flow:
    if language not in flow.languages:
        return flow
    place = flow.languages.index(language)
    return replace(flow, languages=(*flow.languages[place:], *flow.languages[:place]))
