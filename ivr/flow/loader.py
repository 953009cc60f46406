"""Turns the files of the flow folder into flows that can be checked and run.

Pure: takes bytes, gives a model or problems, raises nothing for what stands in a file. Normative:
flow-language.md sections 2 to 4, flow-engine.md 1 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.domain.problem import Position, Problem
from ivr.flow.load.between import (
    check_circles,
    check_exits,
    check_inputs,
    check_not_found,
    check_waits,
    is_run_by,
)
from ivr.flow.load.findings import Findings
from ivr.flow.load.flow_files import outputs_of, read_flow, record_of
from ivr.flow.load.hashing import flow_hash
from ivr.flow.load.heads import Head, read_head
from ivr.flow.load.leaves import flows_begun_by, flows_run_by, flows_sent_to
from ivr.flow.load.places import Folder, sort_files
from ivr.flow.load.prompt_files import WrittenPrompt, read_prompts
from ivr.flow.load.prompt_use import check_unused, is_complete, prompts_for
from ivr.flow.load.recordings import Recording, read_recording
from ivr.flow.load.references import Outside, check_references
from ivr.flow.load.remarks import check_reads, check_rescue, check_unbroken, check_unbuilt
from ivr.flow.load.variables import Types
from ivr.flow.model import Bundle, Flow, Variable
from ivr.flow.reader import hangup_only, read
from ivr.flow.reader_tree import Document, List, Map, Text

if TYPE_CHECKING:
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World

Prompts = Mapping[str, WrittenPrompt]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder of flows holds.

    flows: those without an error, whose sub-flows and prompts have none either, so that later
    passes can rely on every name. bundles: the same for flows that calls begin in, by flow name.
    problems: all, in no order, nothing silenced yet. documents: files as read, by path.
    """

    flows: Mapping[str, Flow] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)


def load(files: Mapping[str, bytes], specs: Mapping[str, VerbSpec], world: World) -> Loaded:
    """Read and name-check every flow among the files. Raises nothing."""
    loading = _Loading(files, specs, world)
    loading.read()
    loading.check()
    return loading.result()


class _Loading:
    """One run of the loader; each step leaves what the next one needs."""

    def __init__(
        self, files: Mapping[str, bytes], specs: Mapping[str, VerbSpec], world: World
    ) -> None:
        self._files = files
        self._specs = specs
        self._world = world
        self._folder: Folder = sort_files(files)
        self._findings = Findings()
        self._documents: dict[str, Document] = {}
        self._flows: dict[str, Flow] = {}
        self._shared: Prompts = {}
        self._own: dict[str, Prompts] = {}
        self._unread: set[str] = set()

    def read(self) -> None:
        """Prompts first, then flows, then which prompt belongs to which flow."""
        recordings = self._recordings()
        self._shared = self._prompts(self._folder.shared_prompts, recordings)
        for name, path in self._folder.own_prompts.items():
            self._own[name] = self._prompts(path, recordings)
        self._read_flows()
        for name, flow in self._flows.items():
            is_sub = flow.is_sub_flow or is_run_by(name, self._flows)
            is_sub = is_sub or name in self._world.instead
            notices = self._world.notices
            prompts = prompts_for(flow, self._written(name), self._findings, notices)
            self._flows[name] = replace(flow, is_sub_flow=is_sub, prompts=prompts)

    def check(self) -> None:
        """Every name; warnings only of flows in which nothing is wrong."""
        for flow in self._flows.values():
            outside = self._outside(flow.name)
            check_references(flow, outside, self._specs, self._findings)
            check_inputs(flow, self._flows, self._world, self._findings)
            check_exits(flow, self._flows, self._findings)
            check_waits(flow, self._flows, self._findings)
            check_not_found(flow, self._world, self._findings)
            check_unbuilt(flow, self._specs, self._findings)
            check_rescue(flow, self._findings)
        check_circles(self._flows, self._world, self._findings)
        check_unbroken(self._flows, self._specs, self._findings)
        self._check_unused()

    def result(self) -> Loaded:
        """What is whole, and all that was found."""
        whole = self._whole()
        bundles = {name: self._bundle(name, whole) for name in whole if not whole[name].is_sub_flow}
        return Loaded(whole, bundles, tuple(self._findings.problems), self._documents)

    def _document(self, path: str, *, is_flow: bool) -> Document | None:
        empty_ok = hangup_only if is_flow else _never
        document, problems = read(path, self._files[path], empty_ok=empty_ok)
        self._findings.add(*problems)
        if document is not None:
            self._documents[path] = document
        return document

    def _recordings(self) -> dict[tuple[str, str], Recording]:
        found: dict[tuple[str, str], Recording] = {}
        for key, path in self._folder.recordings.items():
            try:
                found[key] = recording = read_recording(path, self._files[path])
            except MediaError as error:
                self._findings.error("F509", Position(path), str(error))
            else:
                if recording.complaint:
                    self._findings.warning("F511", Position(path), recording.complaint)
        return found

    def _prompts(
        self, path: str, recordings: Mapping[tuple[str, str], Recording]
    ) -> dict[str, WrittenPrompt]:
        document = self._document(path, is_flow=False) if path else None
        if document is None or isinstance(document.root, (Text, List)):
            self._unread.add(path)
        return {} if document is None else read_prompts(document.root, recordings, self._findings)

    def _prompts_read(self, flow: str) -> bool:
        paths = {self._folder.shared_prompts, self._folder.own_prompts.get(flow, "")} - {""}
        return not paths & self._unread

    def _written(self, flow: str) -> Prompts:
        return {**self._shared, **self._own.get(flow, {})}

    def _read_flows(self) -> None:
        heads = [head for name in self._folder.flows if (head := self._head(name)) is not None]
        plain = self._types({})
        seen: dict[str, dict[str, Position]] = {head.name: {} for head in heads}
        outputs = {
            head.name: outputs_of(head, plain, seen[head.name], self._findings) for head in heads
        }
        for head in heads:
            types = replace(self._types(outputs), told=_told(head))
            self._flows[head.name] = read_flow(
                head, outputs[head.name], types, seen[head.name], self._specs, self._findings
            )

    def _head(self, name: str) -> Head | None:
        path = self._folder.flows[name]
        document = self._document(path, is_flow=True)
        if document is None:
            return None
        if not isinstance(document.root, Map):
            at = Position(path) if document.root is None else document.root.at
            self._findings.error("F102", at, 'a flow begins with "flow: " and its name')
            return None
        return read_head(document.root, name, self._findings)

    def _types(self, outputs: Mapping[str, Mapping[str, Variable]]) -> Types:
        sources = {name: shape.record for name, shape in self._world.sources.items()}
        flows = {name: record_of(name, each) for name, each in outputs.items() if each}
        return Types(self._world.currency, {**flows, **sources})

    def _outside(self, flow: str) -> Outside:
        prompts = tuple(self._written(flow))
        read_all = self._prompts_read(flow)
        return Outside(self._world, tuple(self._folder.flows), prompts, read_all)

    def _check_unused(self) -> None:
        """Nobody can say what is unused while a flow cannot be read."""
        wrong = self._findings.files_with_errors()
        for flow in self._flows.values():
            if flow.file not in wrong and self._prompts_read(flow.name):
                check_reads(flow, self._findings)
        if not wrong.intersection(self._folder.flows.values()) and not self._unread - {""}:
            asked = self._world.asked_prompts
            flows = self._flows.values()
            check_unused(flows, self._shared, self._own, self._findings, asked=asked)

    def _whole(self) -> dict[str, Flow]:
        wrong = self._findings.files_with_errors()
        sound = {
            name: flow
            for name, flow in self._flows.items()
            if flow.file not in wrong
            and self._prompts_read(name)
            and is_complete(flow, self._written(name))
        }
        while True:
            kept = {name: flow for name, flow in sound.items() if _runs_only(flow, sound)}
            if len(kept) == len(sound):
                return kept
            sound = kept

    def _bundle(self, name: str, whole: Mapping[str, Flow]) -> Bundle:
        flows = _closure(name, whole, self._world)
        written = {each: self._written(each) for each in flows}
        return Bundle(flow_hash(name, flows, written), whole[name], flows, self._sources(flows))

    def _sources(self, flows: Mapping[str, Flow]) -> dict[str, bytes]:
        """The files that these flows can be loaded from again."""
        folder = self._folder
        paths = [folder.flows[name] for name in flows] + [folder.shared_prompts]
        paths += [folder.own_prompts[name] for name in flows if name in folder.own_prompts]
        for name, flow in flows.items():
            written = self._written(name)
            paths += [path for prompt in flow.prompts for path in written[prompt].recordings]
        return {path: self._files[path] for path in sorted({*paths}) if path}


def _never(_key: str) -> bool:
    return False


def _told(head: Head) -> frozenset[str]:
    """Sources under `uses`: if one is not in the configuration, that is said there."""
    return frozenset(head.fields.uses.sources)


def _runs_only(flow: Flow, known: Mapping[str, Flow]) -> bool:
    return all(name in known for name, _step in flows_run_by(flow))


def _closure(root: str, flows: Mapping[str, Flow], world: World) -> dict[str, Flow]:
    """A flow and every flow that it runs or that its queues send callers to, also through others;
    the root first."""
    found: dict[str, Flow] = {}
    left = [root]
    while left:
        name = left.pop()
        if name not in found:
            found[name] = flows[name]
            left.extend(flows_begun_by(flows[name], flows))
            sent = (one for one, _step in flows_sent_to(flows[name], world))
            left.extend(one for one in sent if one in flows)
    return found
