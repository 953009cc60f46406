"""Checks of the ways through a flow: dead ends, loops, keys, waits, and what trunks cannot do."""

from __future__ import annotations

from ivr.flow.checker.paths.endless import check_endless
from ivr.flow.checker.paths.entries import check_entries
from ivr.flow.checker.paths.keys import check_keys
from ivr.flow.checker.paths.lint import check_trunks
from ivr.flow.checker.paths.promised import check_promises
from ivr.flow.checker.paths.prompts_ import check_prompts
from ivr.flow.checker.paths.reach import check_reach
from ivr.flow.checker.paths.traps import check_traps
from ivr.flow.checker.paths.world_ import check_world

PATH_CHECKS = (
    check_reach,
    check_traps,
    check_endless,
    check_keys,
    check_entries,
    check_prompts,
    check_world,
    check_promises,
    check_trunks,
)
