"""`lims demo`, `lims init`, `lims serve`: a laboratory comes into being and opens its doors."""

import threading
import webbrowser
from collections.abc import Callable
from datetime import date, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer

from lims import founding, issuing, notice_sending, sanity
from lims.commands.certificates import as_row
from lims.commands.console import answer, data_home, home_of, language, line, note, progress, say, table, text
from lims.commands.options import Home, Host, Json, Port
from lims.config import Settings
from lims.demonstration import build, describe, is_demonstration
from lims.errors import Invalid, Refused
from lims.laboratory import Laboratory
from lims.registering import NewName

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SCREENS = "chuan.serve"
"""Group of entry points under which the screens offer themselves: this layer knows no screen."""
OPENED_AFTER_S = 1.5

Today = Annotated[datetime | None, typer.Option("--today", formats=["%Y-%m-%d"], help="today", show_default=False)]
Schemas = Annotated[
    Path | None,
    typer.Option("--schemas", metavar="DIR", help="demo_schemas", envvar="CHUAN_DCC_SCHEMAS", show_default=False),
]
"""PTB's schemas of the DCC: with them the demonstration takes over the DCC of another laboratory."""
NoServe = Annotated[bool, typer.Option("--no-serve", help="no_serve")]
Open = Annotated[bool, typer.Option("--open/--no-open", help="open")]
Asked = Annotated[str, typer.Option(help="asked", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("demo", help="demo")(demo)
    app.command("init", help="init")(init)
    app.command("serve", help="serve")(serve)


def demo(
    home: Home = None, no_serve: NoServe = False, today: Today = None, json: Json = False, port: Port = 8080,
    open_: Open = False, schemas: Schemas = None,
) -> None:  # fmt: skip
    """Make the demonstration where there is none, say how to sign in, and serve it on this computer only."""
    folder = home.expanduser().resolve() if home is not None else data_home() / "demo"
    address = f"http://127.0.0.1:{port}"
    made = not is_demonstration(folder)
    if made:
        _build(folder, address, today.date() if today else None, schemas)
    elif today is not None:
        raise Refused("command.demo_stands", home=str(folder))
    lab = Laboratory.open(folder)
    try:
        found = {"home": str(folder), "made": made, "address": address, **describe(lab)}
        found["certificates"] = [as_row(one) for one in found["certificates"]]
        if json:
            answer(found)
        else:
            _introduce(found)
        if not no_serve:
            _serve(lab, "127.0.0.1", port, address if open_ else None)
    finally:
        lab.close()


def _build(folder: Path, address: str, today: date | None, schemas: Path | None) -> None:
    say("demo_making", home=folder)
    if schemas is None:
        say("demo_without_dcc")
    with progress("demo_at_work") as done:
        build(folder, address, today=today, done=done, schemas=schemas)


def _introduce(found: dict[str, Any]) -> None:
    """Say what the demonstration holds and how to sign in."""
    rows = [
        (one["user_name"], one["password"], one["name"], ", ".join(text(f"role.{role}") for role in one["roles"]),
         ", ".join(one["bodies"]))
        for one in found["accounts"]
    ]  # fmt: skip
    key = "demo_made" if found["made"] else "demo_found"
    line(text(key, home=found["home"], certificates=len(found["certificates"])))
    table([text(f"column.{name}") for name in ("user_name", "password", "name", "role", "centre")], rows)
    line(text("demo_notice"))


def init(
    home: Home = None,
    public_address: Asked = "",
    code: Asked = "",
    name: Asked = "",
    name_en: Asked = "",
    address: Asked = "",
    address_en: Asked = "",
    administrator: Asked = "",
    user_name: Annotated[str, typer.Option(help="user_name")] = "admin",
    json: Json = False,
) -> None:
    """Found a real laboratory: its settings, its database, its first body and its first administrator."""
    folder = home.expanduser().resolve() if home is not None else home_of(None)
    given = {
        "public_address": public_address, "code": code, "name": name, "name_en": name_en, "address": address,
        "address_en": address_en, "administrator": administrator,
    }  # fmt: skip
    for key, value in given.items():
        given[key] = value or typer.prompt(text(f"ask.{key}"), err=True)
    where = given["public_address"].rstrip("/")
    if not where.startswith(("https://", "http://")) or len(where) > 120 or any(sign.isspace() for sign in where):
        raise Invalid("command.address_form", address=where)
    lab = Laboratory.found(Settings(home=folder, public_address=where))
    try:
        token = founding.first_administrator(
            lab, body_code=given["code"], body_kind="nmi",
            body_name=NewName(given["name"], given["name_en"], given["address"], given["address_en"]),
            user_name=user_name, name=given["administrator"],
        )  # fmt: skip
    finally:
        lab.close()
    link = f"{where}/invitation/{token}"
    if json:
        answer({"home": str(folder), "user_name": user_name, "link": link})
        return
    say("init_made", home=folder)
    line(link)
    say("init_next", home=folder)


def serve(home: Home = None, host: Host = "127.0.0.1", port: Port = 8080) -> None:
    """Open the screens of a laboratory; a demonstration is opened on this computer only."""
    lab = Laboratory.open(home_of(home))
    try:
        if lab.settings.demonstration and host not in LOOPBACK:
            raise Refused("command.demo_loopback", host=host)
        _serve(lab, host, port, None)
    finally:
        lab.close()


def _serve(lab: Laboratory, host: str, port: int, shown_at: str | None) -> None:
    """Look after what an interruption left, then serve.

    In a demonstration interrupted issues are left as they are: they are there to be looked at.
    """
    if not lab.settings.demonstration:
        for number in issuing.resume(lab):
            say("resumed", number=number)
    for finding in sanity.examine(lab, rehash=False).findings:
        note(finding.text(language()), "yellow")
    screens = _screens()
    if not lab.settings.demonstration:
        notice_sending.keep_sending(lab)
    say("serving", address=f"http://{host}:{port}")
    if shown_at is not None:
        opening = threading.Timer(OPENED_AFTER_S, webbrowser.open, [shown_at])
        opening.daemon = True
        opening.start()
    screens(lab, host, port)


def _screens() -> Callable[[Laboratory, str, int], None]:
    """What serves the screens, as the installation names it."""
    found = list(entry_points(group=SCREENS))
    if not found:
        raise Refused("command.no_screens")
    screens: Callable[[Laboratory, str, int], None] = found[0].load()
    return screens
