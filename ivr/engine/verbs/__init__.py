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
    survey_comment,
    survey_end,
    survey_offer,
    survey_question,
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

_INNER = (survey_offer, survey_question, survey_comment, survey_end)
"""Steps of flows that we make ourselves: nobody else writes them, no handbook names them."""

SPECS: Mapping[str, VerbSpec] = {module.VERB.spec.name: module.VERB.spec for module in _MODULES}
"""The verbs that people write."""
EVERY: Mapping[str, VerbSpec] = {
    **SPECS,
    **{module.VERB.spec.name: module.VERB.spec for module in _INNER},
}
"""Those, and the steps that we make ourselves."""
VERBS: Mapping[str, Verb] = {module.VERB.spec.name: module.VERB for module in (*_MODULES, *_INNER)}
"""The verbs that calls can walk."""
