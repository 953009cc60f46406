"""The commands `ivr user ...`: people who sign in, and telephones that register."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ivr.cli.outcome import stop

user = typer.Typer(
    help="People who sign in, and telephones that register here.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Config = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
Who = Annotated[str | None, typer.Argument(metavar="[NAME]", help="Somebody who signs in.")]
Sip = Annotated[
    str | None, typer.Option("--sip", metavar="NAME", help="Name of the user of a telephone.")
]
Trunk = Annotated[str | None, typer.Option(help="The SIP trunk that --sip registers with.")]
Roles = Annotated[
    list[str] | None,
    typer.Option(help="agent, supervisor, quality, admin or auditor; may be repeated."),
]
Teams = Annotated[list[str] | None, typer.Option(help="A team; may be repeated.")]
Display = Annotated[str, typer.Option(help="The name that others are shown.")]
Number = Annotated[int, typer.Option(min=0, help="Number of the agent; 0 = the next free one.")]
Skills = Annotated[
    list[str] | None, typer.Option(help="As in cards=80, 0 to 100; may be repeated.")
]
Endpoints = Annotated[
    list[str] | None,
    typer.Option(help="The agent's telephone: sip:NAME@TRUNK or +90...; may be repeated."),
]
Phone = Annotated[
    str | None,
    typer.Option(metavar="TRUNK", help="Also let a telephone of this name register there."),
]
DEFAULT = Path("config.yaml")


@user.command(name="add")
def add_user(  # noqa: PLR0913, PLR0917 - one per option
    name: Who = None,
    sip: Sip = None,
    config: Config = DEFAULT,
    trunk: Trunk = None,
    role: Roles = None,
    team: Teams = None,
    display: Display = "",
    number: Number = 0,
    skill: Skills = None,
    endpoint: Endpoints = None,
    phone: Phone = None,
) -> None:
    """Let somebody sign in, or a telephone register. Again: changes, and a new password."""
    from ivr.cli import enrolling, people

    if name is None:
        stop(enrolling.add(sip, trunk, config))
    many = (tuple(each or ()) for each in (role, team, skill, endpoint))
    roles, teams, skills, endpoints = many
    wish = people.Wish(name, roles, teams, display, number, skills, endpoints, phone, sip, trunk)
    stop(people.add(wish, config, people.terminal()))


@user.command(name="list")
def list_users(
    sip: Annotated[bool, typer.Option("--sip", help="Only users of telephones.")] = False,
    config: Config = DEFAULT,
) -> None:
    """List who may sign in, and who may register a telephone, with which trunks."""
    from ivr.cli import enrolling

    stop(enrolling.show(config, sip=sip))


@user.command(name="remove")
def remove_user(name: Who = None, sip: Sip = None, config: Config = DEFAULT) -> None:
    """Let somebody sign in no more, or a user's telephones register no more."""
    from ivr.cli import enrolling, people

    if name is None:
        stop(enrolling.remove(sip, config))
    code = people.remove(name, config)
    stop(max(code, enrolling.remove(sip, config)) if sip else code)


@user.command(name="reset")
def reset_user(
    name: Annotated[str, typer.Argument(help="Somebody who signs in.")],
    config: Config = DEFAULT,
) -> None:
    """Forget somebody's second factor and recovery codes; a link sets them up anew."""
    from ivr.cli import people

    stop(people.reset(name, config))
