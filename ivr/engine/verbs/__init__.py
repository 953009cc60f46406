"""One module per verb of the flow language, and the registry: one line to add a verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.engine.verbs import (
    ask,
    callback,
    fetch,
    go,
    hangup,
    menu,
    outcome,
    pay,
    queue,
    record,
    run,
    say,
    set_,
    sms,
    split,
    survey,
    ticket,
    transfer,
    voicemail,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.engine.verb import Verb
    from ivr.flow.spec import VerbSpec

_MODULES = (
    *(say, menu, ask, fetch, set_, when, split, go, run, queue, transfer, callback),
    *(voicemail, record, sms, ticket, survey, pay, outcome, hangup),
)

VERBS: Mapping[str, Verb] = {module.VERB.spec.name: module.VERB for module in _MODULES}
SPECS: Mapping[str, VerbSpec] = {name: verb.spec for name, verb in VERBS.items()}
