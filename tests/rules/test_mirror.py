"""Every module that does something has a test file at the mirrored place, or a reason why not."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Module without a mirrored test file -> who tests it instead. A line no longer needed fails.
ELSEWHERE: dict[str, str] = {
    "ivr/domain/errors.py": "nothing but codes and messages, see tests/rules/test_codes.py",
    "ivr/runtime/queue_alarms/running.py": "begins them: tests/app/alarms/test_opening.py",
    **dict.fromkeys(
        ("ivr/app/building.py", "ivr/app/server.py", "ivr/app/trunks.py"),
        "put the whole together: tests/calls/test_app.py",
    ),
    "ivr/store/outside/deliveries.py": "the port on both databases: tests/ports/test_deliveries.py",
    "ivr/store/outside/alarms.py": "the port likewise: tests/ports/test_alarm_events.py",
    "ivr/store/outside/contacts.py": "the port likewise: tests/ports/test_contact_events.py",
    **dict.fromkeys(
        tuple(f"ivr/cti/adapters/{name}.py" for name in ("mirror", "zammad_tickets", "zendesk")),
        "one suite for all ticket systems: tests/cti/adapters/test_conformance.py",
    ),
    "ivr/app/tickets.py": "puts the ticket store together: tests/calls/test_tickets.py",
    "ivr/app/texts.py": "puts text messages together: tests/calls/test_texts.py",
    **dict.fromkeys(
        tuple(
            f"ivr/store/texts/{name}.py" for name in ("incoming", "outgoing", "repository", "rows")
        ),
        "on both databases: tests/ports/test_texts.py",
    ),
    **dict.fromkeys(
        ("ivr/store/tables/texts.py", "ivr/runtime/ports/texts.py"),
        "likewise: tests/ports/test_texts.py",
    ),
    **dict.fromkeys(
        (
            "ivr/runtime/memory/surveys.py",
            "ivr/store/surveys/asking.py",
            "ivr/store/surveys/choosing.py",
            "ivr/store/surveys/repository.py",
        ),
        "the port on all engines: tests/ports/test_surveys.py",
    ),
    **dict.fromkeys(
        (
            "ivr/store/waves/candidates.py",
            "ivr/store/waves/listing.py",
            "ivr/store/waves/placing.py",
            "ivr/store/waves/repository.py",
        ),
        "on both databases: tests/ports/test_waves.py",
    ),
    **dict.fromkeys(
        ("ivr/runtime/memory/agent_scores.py", "ivr/store/surveys/agent_scores.py"),
        "the port on all engines: tests/ports/test_agent_scores.py",
    ),
    "ivr/store/reports/agent_scores.py": "likewise: tests/ports/test_agent_score_reports.py",
    **dict.fromkeys(
        ("ivr/app/asking/agents.py", "ivr/web/api/surveys/impressions.py"),
        "in a whole server: tests/calls/test_agent_scores.py",
    ),
    "ivr/app/asking/calls.py": "in a whole server: tests/calls/test_survey_calls.py",
    "ivr/store/waves/calls.py": "on both databases: tests/ports/test_survey_calls.py",
    "ivr/app/asking/waves.py": "puts waves together: tests/calls/test_survey_waves.py",
    "ivr/web/api/surveys/wave_shapes.py": "beside tests/web/api/surveys/test_waves.py",
    "ivr/surveys/files/planned.py": "beside tests/surveys/files/test_unbuilt.py",
    "ivr/store/surveys/rates.py": "on both databases: tests/runtime/surveys/test_rating.py",
    "ivr/runtime/survey_waves/starting.py": "on both databases: tests/ports/test_waves_by_hand.py",
    **dict.fromkeys(
        ("ivr/runtime/surveys/after_tickets.py", "ivr/store/surveys/closed_tickets.py"),
        "on both databases: tests/ports/test_ticket_surveys.py",
    ),
    "ivr/app/callbacks.py": "puts callbacks together: tests/calls/test_callbacks.py",
    **dict.fromkeys(
        (
            "ivr/runtime/ports/customers.py",
            "ivr/store/customers/matching.py",
            "ivr/store/customers/point_rows.py",
            "ivr/store/customers/points.py",
            "ivr/store/customers/profiles.py",
            "ivr/store/customers/repository.py",
        ),
        "on both databases: tests/ports/test_customers.py",
    ),
    **dict.fromkeys(
        ("ivr/store/customers/identifiers.py", "ivr/store/customers/pairs.py"),
        "on both databases: tests/ports/test_merges.py",
    ),
    **dict.fromkeys(
        (
            "ivr/runtime/ports/products.py",
            "ivr/store/customers/assets.py",
            "ivr/store/customers/products.py",
        ),
        "on both databases: tests/ports/test_products.py",
    ),
    **dict.fromkeys(
        ("ivr/store/customers/callers.py", "ivr/store/customers/contacts.py"),
        "on both databases: tests/ports/test_callers.py",
    ),
    "ivr/store/surveyed/unlinking.py": "likewise: tests/runtime/surveys/test_unlinking.py",
    "ivr/store/surveyed/alarms.py": "on both databases: tests/runtime/surveys/test_alarms.py",
    "ivr/surveys/deviation/words.py": "beside tests/surveys/deviation/test_watched.py",
    **dict.fromkeys(
        (
            "ivr/store/surveyed/repository.py",
            "ivr/store/surveyed/rows.py",
            "ivr/web/api/surveys/shapes.py",
        ),
        "by the API: tests/web/api/surveys",
    ),
    **dict.fromkeys(
        (
            "ivr/store/reports/clocks.py",
            "ivr/store/reports/contacts.py",
            "ivr/store/reports/counting.py",
            "ivr/store/reports/expressions.py",
            "ivr/store/reports/handling.py",
            "ivr/store/reports/limits.py",
            "ivr/store/reports/promises.py",
            "ivr/store/reports/repository.py",
            "ivr/store/reports/spans.py",
            "ivr/store/reports/stays.py",
            "ivr/store/reports/surveys.py",
            "ivr/store/reports/ticketed.py",
            "ivr/store/reports/tickets.py",
            "ivr/store/reports/transfers.py",
            "ivr/store/reports/waits.py",
            "ivr/store/reports/wordings.py",
        ),
        "on both databases: tests/ports/test_reports.py",
    ),
    **dict.fromkeys(
        tuple(
            f"ivr/store/compliance/{name}.py"
            for name in (
                "desk",
                "preview",
                "requests",
                "subjects",
                "steps/erasing",
                "steps/person",
                "steps/traces",
                "steps/words",
            )
        ),
        "on both databases: tests/store/compliance/test_erasures.py",
    ),
    **dict.fromkeys(
        ("ivr/store/compliance/deeds.py", "ivr/store/compliance/kinds.py"),
        "on both databases: tests/store/compliance/test_destroying.py",
    ),
    **dict.fromkeys(
        tuple(
            f"ivr/web/api/compliance/{name}.py"
            for name in ("consents", "erasures", "holds", "parts", "proof")
        ),
        "each route and role: tests/web/api/compliance/test_compliance.py",
    ),
    **dict.fromkeys(
        (
            "ivr/runtime/surveys/book.py",
            "ivr/runtime/surveys/deciding.py",
            "ivr/store/surveys/by_text.py",
            "ivr/store/surveys/changing.py",
        ),
        "on both databases: tests/ports/test_survey_texts.py",
    ),
    **dict.fromkeys(
        (
            "ivr/runtime/ports/asking/responses.py",
            "ivr/runtime/surveys/closing.py",
            "ivr/store/surveys/responses.py",
        ),
        "on both databases: tests/ports/test_low_scores.py",
    ),
    "ivr/app/asking/texts.py": "in a whole server: tests/calls/test_survey_texts.py",
    "ivr/store/compliance/steps/opinions.py": "an erasure: tests/store/compliance/test_opinions.py",
    "ivr/reports/kinds/r05.py": "on both databases: tests/ports/test_agent_times.py",
    "ivr/store/reports/products.py": "on both databases: tests/ports/test_ticket_reports.py",
    "ivr/reports/kinds/r24.py": "likewise: tests/ports/test_ticket_reports.py",
    "ivr/store/reports/saved.py": "on both databases: tests/ports/test_saved_reports.py",
    "ivr/store/reports/mails.py": "on both databases: tests/ports/test_report_mails.py",
    **dict.fromkeys(
        (
            "ivr/reports/kinds/r18.py",
            "ivr/reports/kinds/r19.py",
            "ivr/store/reports/scorecard.py",
            "ivr/store/reports/solutions.py",
        ),
        "on both databases: tests/ports/test_scores_compared.py",
    ),
    "ivr/store/tables/routing.py": "tables and indexes, see tests/ports/test_groups.py",
}


def mirror(module: Path) -> Path:
    """Where the tests of this module stand; both relative to the root of the repository.

    `ivr/flow/reader.py` is tested by `tests/flow/test_reader.py`; what puts the whole together
    by `tests/calls`.
    """
    folders = module.parts[1:-1] or ("calls",)
    return Path("tests", *folders, f"test_{module.name}")


def is_trivial(source: str) -> bool:
    """True for a module that only declares: no function in it holds a statement that acts."""
    functions = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return all(
        isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
        for each in functions
        for part in each.body
    )


def working_modules() -> list[Path]:
    """Modules of ivr/ that act, migrations excepted: they are run up and down on both databases."""
    found = sorted(file.relative_to(ROOT) for file in (ROOT / "ivr").rglob("*.py"))
    return [
        file
        for file in found
        if file.name != "__init__.py" and "migrations" not in file.parts
        if not is_trivial((ROOT / file).read_text(encoding="utf-8"))
    ]


def test_every_working_module_has_its_test_file() -> None:
    missing = [
        f"{module} needs {mirror(module)}"
        for module in working_modules()
        if str(module) not in ELSEWHERE and not (ROOT / mirror(module)).exists()
    ]
    assert missing == []


def test_every_line_of_the_table_is_still_needed() -> None:
    modules = {str(module): module for module in working_modules()}
    stale = [
        name for name in ELSEWHERE if name not in modules or (ROOT / mirror(modules[name])).exists()
    ]
    assert stale == []


def test_a_module_of_declarations_alone_is_trivial() -> None:
    assert is_trivial(
        'class A:\n    x: int\n\n    def f(self) -> int:\n        """Say it."""\n        ...\n'
    )
    assert not is_trivial("def f() -> int:\n    return 1\n")


def test_a_module_is_mirrored_folder_by_folder() -> None:
    assert mirror(Path("ivr/flow/checker/reach.py")) == Path("tests/flow/checker/test_reach.py")
    assert mirror(Path("ivr/cli.py")) == Path("tests/calls/test_cli.py")
