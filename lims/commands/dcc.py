"""`lims dcc schemas add`: the schemas of the Digital Calibration Certificate come into the laboratory once."""

from pathlib import Path
from typing import Annotated

import typer

from lims import dcc
from lims.commands.console import answer, home_of, say
from lims.commands.options import Home, Json
from lims.config import read_settings
from lims.errors import Invalid

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="schemas_folder", show_default=False)]

group = typer.Typer(name="dcc", help="dcc", no_args_is_help=True, rich_markup_mode=None)
schemas = typer.Typer(name="schemas", help="dcc_schemas", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group.add_typer(schemas)
    app.add_typer(group)


@schemas.callback()
def schemas_group() -> None:
    """Keep `add` a command of its own below `schemas`."""


@schemas.command("add", help="dcc_schemas_add")
def add(folder: Folder, home: Home = None, json: Json = False) -> None:
    """Check the schemas of a folder and copy them into the laboratory."""
    if not folder.is_dir():
        raise Invalid("command.file_missing", file=str(folder))
    settings = read_settings(home_of(home))
    versions = dcc.add_schemas(settings, folder)
    if json:
        answer({"folder": str(settings.dcc_schemas), "versions": list(versions)})
    else:
        say("schemas_added", folder=settings.dcc_schemas, versions=", ".join(versions))
