"""Says what each file in the folder of flows is (flow-language.md section 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHARED_PROMPTS = "prompts.yaml"
OWN_PROMPTS = ".prompts.yaml"
TESTS = ".test.yaml"
TICKETS, SURVEYS = "tickets", "surveys"
OWN_GRAMMARS = frozenset({TICKETS, SURVEYS})
"""Folders inside that of the flows whose YAML has a grammar of its own."""
_SOUND = re.compile(r"prompts/([^/]+)/([a-z][a-z0-9_]*)\.wav")


@dataclass(frozen=True, slots=True)
class Folder:
    """The files that matter. Keys of maps: flow name, or (language, prompt).

    tickets: name of a file of the ticket catalogue (`sla.yaml`) -> its path. surveys: likewise.
    """

    flows: Mapping[str, str]
    shared_prompts: str = ""
    own_prompts: Mapping[str, str] = field(default_factory=dict)
    recordings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    tickets: Mapping[str, str] = field(default_factory=dict)
    surveys: Mapping[str, str] = field(default_factory=dict)


def sort_files(paths: Iterable[str]) -> Folder:
    """Which file is what. Only files directly in the folder are flows; tests and others are not."""
    ordered = sorted(paths)
    start = _folder([path for path in ordered if path.endswith(".yaml")])
    names = {path.removeprefix(start): path for path in ordered if path.startswith(start)}
    here = {name: path for name, path in names.items() if "/" not in name}
    yaml = {name: path for name, path in here.items() if name.endswith(".yaml")}
    own = {name: path for name, path in yaml.items() if name.endswith(OWN_PROMPTS)}
    rest = {n: p for n, p in yaml.items() if not n.endswith((OWN_PROMPTS, TESTS))}
    sounds = ((_SOUND.fullmatch(name), path) for name, path in names.items())
    return Folder(
        {n.removesuffix(".yaml"): p for n, p in rest.items() if n != SHARED_PROMPTS},
        yaml.get(SHARED_PROMPTS, ""),
        {name.removesuffix(OWN_PROMPTS): path for name, path in own.items()},
        {(found[1], found[2]): path for found, path in sounds if found},
        {path.rpartition("/")[2]: path for path in ordered if _kind(path) == TICKETS},
        {path.rpartition("/")[2]: path for path in ordered if _kind(path) == SURVEYS},
    )


def _folder(paths: list[str]) -> str:
    """The folder of the flows, with its slash: the one nearest to the top that holds YAML."""
    flows = [path for path in paths if _kind(path) not in OWN_GRAMMARS]
    if not flows:
        return ""
    top = min(flows, key=lambda path: path.count("/"))
    return top[: top.rfind("/") + 1]


def _kind(path: str) -> str:
    """The name of the folder that a YAML file stands in."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] if name.endswith(".yaml") else ""
