"""Checks the values of every flow of a bundle: types, what may be missing, and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.checker.notices import check_notices
from ivr.flow.checker.prompt_types import check_prompt_values
from ivr.flow.checker.proofs import check_proofs
from ivr.flow.checker.secrets import check_secrets
from ivr.flow.checker.study import study
from ivr.flow.checker.types_ import check_types
from ivr.flow.checker.written import check_fills, check_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.domain.problem import Problem
    from ivr.flow.model import Bundle
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World


def check_values(bundle: Bundle, specs: Mapping[str, VerbSpec], world: World) -> Iterator[Problem]:
    """F204, F205, F302 to F309, F504, F508 and F701 to F705 in each flow of the bundle."""
    flows = {**bundle.flows, bundle.root.name: bundle.root}
    for flow in flows.values():
        studied = study(flow, bundle, specs, world)
        yield from check_types(studied)
        yield from check_fills(studied)
        yield from check_outputs(studied)
        yield from check_prompt_values(studied)
        yield from check_secrets(studied)
        yield from check_notices(studied)
        yield from check_proofs(studied)
