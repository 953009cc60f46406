"""The command `ivr`. Each command loads what it needs when it runs, so that help is instant."""

from __future__ import annotations

import atexit
import gc
from pathlib import Path
from typing import Annotated

import typer

from ivr.cli.key_commands import key
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, stop
from ivr.cli.people_commands import user
from ivr.cli.proof.commands import audit, export
from ivr.cli.routing.commands import acd
from ivr.cli.survey.commands import survey

app = typer.Typer(
    name="ivr",
    help="An IVR server: menus written in YAML, calls over webhooks, nothing lost.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
database = typer.Typer(help="The database.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(database, name="db")
app.add_typer(user, name="user")
app.add_typer(key, name="key")
app.add_typer(audit, name="audit")
app.add_typer(export, name="export")
app.add_typer(survey, name="survey")
app.add_typer(acd, name="acd")
agent = typer.Typer(
    help="Agents and their telephones.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(agent, name="agent")

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
PathsArgument = Annotated[
    list[Path] | None, typer.Argument(help="Files or folders; default: the configured flow folder.")
]
FormatOption = Annotated[str, typer.Option("--format", help="text, json or github.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
DEFAULT_CONFIG = Path("config.yaml")
COLLECT_AFTER = (50_000, 20, 50)
"""When Python looks for garbage. What a command loads stays to its end: with the usual 700 objects
a fifth of the time until it begins goes into looking all of it over again and again."""


@app.command()
def serve(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Answer calls. SIGTERM lets running calls finish; a second one ends at once."""
    from ivr.cli import serving

    stop(serving.serve(config))


@app.command()
def staffing(
    queue: Annotated[str, typer.Argument(help="The queue.")],
    since: Annotated[
        str, typer.Option(help="The first day, 2026-11-01, in the zone of the house.")
    ],
    until: Annotated[str, typer.Option(help="The day after the last one.")],
    shrinkage: Annotated[
        int, typer.Option(help="Percent of the roster who are not there.", min=0, max=90)
    ] = 30,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """How many agents each half-hour needs for what came on these days, as text with commas."""
    from ivr.cli.proof import staffing as made

    stop(made.staffing(made.Wish(queue, since, until, shrinkage), config))


@app.command()
def check(
    paths: PathsArgument = None,
    config: ConfigOption = DEFAULT_CONFIG,
    style: FormatOption = "text",
    as_json: JsonOption = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also notes and what was proven.")
    ] = False,
) -> None:
    """Check configuration and flows: every mistake with file, line, column and remedy."""
    from ivr.cli import checking

    stop(checking.check(paths or [], config, "json" if as_json else style, verbose=verbose))


@app.command(name="test")
def run_tests(
    paths: PathsArgument = None,
    config: ConfigOption = DEFAULT_CONFIG,
    style: FormatOption = "text",
    junit: Annotated[Path | None, typer.Option(help="Also write JUnit XML to this file.")] = None,
    coverage: Annotated[bool, typer.Option(help="List the exits that no test takes.")] = False,
    caller: Annotated[
        int | None, typer.Option(help="Run only this caller of the random ones.")
    ] = None,
) -> None:
    """Run flow tests (*.test.yaml) on a virtual clock."""
    from ivr.cli import testing

    stop(testing.test(paths or [], config, style, testing.Wishes(junit, coverage, caller)))


@app.command()
def call(
    flow: Annotated[
        str | None, typer.Argument(help="The flow to call; default: the first.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    caller: Annotated[
        str, typer.Option("--as", help="The caller's number; empty = withheld.")
    ] = "+905321112233",
) -> None:
    """Call a flow in the terminal: read what is said, type keys, words or nothing."""
    from ivr.cli import calling

    stop(calling.call(flow, config, caller))


@app.command()
def doctor(
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
    invariants: Annotated[
        bool, typer.Option("--invariants", help="Look through what is kept instead.")
    ] = False,
) -> None:
    """Check this machine, the configuration and the database; each bad line has its remedy."""
    from ivr.cli import doctoring

    stop(doctoring.doctor(config, as_json=as_json, invariants=invariants))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a flow file, for editors."""
    from ivr.cli import explaining

    stop(explaining.schema())


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="A verb, a code such as F303, or a config key.")] = "",
) -> None:
    """Explain a verb, a check code or a key of config.yaml; without a name list them all."""
    from ivr.cli import explaining

    stop(explaining.explain(name))


@database.command()
def upgrade(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Bring the database to the version this program needs; SQLite files are copied first."""
    from ivr.cli import upgrading

    stop(upgrading.upgrade(config))


@agent.command(name="sim")
def simulate_agent(
    name: Annotated[str, typer.Argument(help="The telephone: its address is sim:NAME.")],
    server: Annotated[
        str, typer.Option(help="Base address of the server.")
    ] = "http://127.0.0.1:8080",
    auto: Annotated[bool, typer.Option("--auto", help="Answer each call after 1 s.")] = False,
    talk: Annotated[
        float, typer.Option(min=0, help="With --auto: hang up after so many seconds.")
    ] = 20.0,
) -> None:
    """Be an agent's telephone in the terminal: take calls of the simulator, read and write."""
    from ivr.cli import agenting

    stop(agenting.sim(name, server, auto=auto, talk_s=talk))


def main() -> None:
    """The entry point of the command `ivr`.

    What a process leaves goes with it. Python would look all of it over for garbage several times
    at its end: 0.4 s of the 2.3 that `ivr check` takes for the shipped flows.
    """
    gc.set_threshold(*COLLECT_AFTER)
    atexit.register(gc.freeze)
    app()


__all__ = ["CANNOT_RUN", "FOUND", "GOOD", "app", "main"]
