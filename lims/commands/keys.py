"""`lims keys`: init, list."""

from dataclasses import asdict
from typing import Any

import typer

from lims.commands.console import answer, home_of, line, say, table, text
from lims.commands.options import Home, Json
from lims.keys import PASS_PHRASE, KeyRow
from lims.laboratory import Laboratory

COLUMNS = ("key_use", "key_holder", "name", "key_issuer", "valid_from", "valid_until", "key_kind")

group = typer.Typer(name="keys", help="keys", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(group)


@group.command("init", help="keys_init")
def init(home: Home = None, json: Json = False) -> None:
    """Make a test authority where there is none, and a test key for whoever signs and has none."""
    from lims.key_making import make_keys  # loads the library that signs, which takes half a second

    lab = Laboratory.open(home_of(home))
    try:
        made = make_keys(lab)
        folder = lab.keys.folder
    finally:
        lab.close()
    if json:
        answer({"folder": str(folder), "made": [asdict(one) for one in made]})
        return
    for one in made:
        line(f"{text(f'word.{one.use}')} {one.holder}: {one.file}")
    say("keys_made", count=len(made), folder=folder, variable=PASS_PHRASE)


@group.command("list", help="keys_list")
def list_keys(home: Home = None, json: Json = False) -> None:
    """List the keys with what their certificates say."""
    lab = Laboratory.open(home_of(home))
    try:
        rows, level = lab.keys.rows(), lab.keys.settings().level
    finally:
        lab.close()
    if json:
        answer({"level": level, "keys": [_as_row(one) for one in rows]})
        return
    shown = [
        (text(f"word.{one.entry.use}"), one.entry.holder, one.name, one.issuer, f"{one.begins:%d/%m/%Y}",
         f"{one.ends:%d/%m/%Y}", text("word.test_key" if one.test else "word.real_key"))
        for one in rows
    ]  # fmt: skip
    table([text(f"column.{name}") for name in COLUMNS], shown)
    say("keys_found", count=len(rows), level=level)


def _as_row(one: KeyRow) -> dict[str, Any]:
    """One key as scripts read it."""
    return {
        "use": one.entry.use, "holder": one.entry.holder, "file": one.entry.file or None,
        "token": one.entry.token or None, "name": one.name, "issuer": one.issuer, "valid_from": one.begins,
        "valid_until": one.ends, "test": one.test,
    }  # fmt: skip
