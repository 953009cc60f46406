"""The version of a flow: a hash of what it means, whatever it looks like in its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ivr.flow.load.heads import SCHEMA_VERSION
from ivr.flow.load.prompt_files import WrittenPrompt
from ivr.flow.reader_tree import plain

if TYPE_CHECKING:
    from ivr.flow.model import Flow

HASH_LENGTH = 12
Prompts = Mapping[str, WrittenPrompt]


def flow_hash(root: str, flows: Mapping[str, Flow], prompts: Mapping[str, Prompts]) -> str:
    """First 12 hex of SHA-256 over root and sub-flows, the prompts they use, and the schema.

    flows, prompts: by flow name. Neither comments nor formatting count, nor any prompt unused.
    """
    whole = {
        "schema": SCHEMA_VERSION,
        "root": root,
        "flows": {name: _flow(flows[name]) for name in sorted(flows)},
        "prompts": {name: _prompts(flows[name], prompts[name]) for name in sorted(flows)},
    }
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


def _flow(flow: Flow) -> object:
    return None if flow.raw is None else plain(flow.raw)


def _prompts(flow: Flow, written: Prompts) -> object:
    return {
        name: [_said(flow, written[name], language) for language in flow.languages]
        for name in sorted(flow.prompts)
    }


def _said(flow: Flow, prompt: WrittenPrompt, language: str) -> object:
    text = flow.prompts[prompt.name][language]
    return [language, prompt.words[language], text.voice, text.audio]
