"""What every command says and how: answers to standard output, everything else to standard error, in one language."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from uncertainty.wording import LANGUAGES, wording

WIDE = 200
"""Columns of a table that no terminal limits, so that nothing is cut for a script or a file."""

_language: ContextVar[str] = ContextVar("language", default="vi")


def chosen_language(words: list[str], environment: Mapping[str, str]) -> str:
    """Take `--language vi|en` out of the words of a call, else read LANG; Vietnamese where neither says English."""
    for place, word in enumerate(words):
        if word == "--":
            break
        name, sign, value = word.partition("=")
        if name == "--language":
            given = value if sign else "".join(words[place + 1 : place + 2])
            if given in LANGUAGES:
                del words[place : place + (1 if sign else 2)]
                return given
    spoken = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "en" if spoken.lower().startswith("en") else "vi"


def speak(language: str) -> None:
    """Say everything in this language from now on."""
    _language.set(language)


def language() -> str:
    """The language in which the command answers."""
    return _language.get()


def text(key: str, /, **values: object) -> str:
    """A sentence of the command line in the language of the call."""
    return wording(f"command.{key}", language(), **values)


def _console(file: Any) -> Console:
    return Console(file=file, highlight=False, soft_wrap=True, width=None if file.isatty() else WIDE)


def say(key: str, /, **values: object) -> None:
    """Say a sentence on standard error."""
    note(text(key, **values))


def note(sentence: str, style: str = "") -> None:
    """Print a sentence on standard error, its characters as they are."""
    _console(sys.stderr).print(Text(sentence, style=style))


def line(sentence: str) -> None:
    """Print a sentence of the answer on standard output."""
    _console(sys.stdout).print(Text(sentence))


def answer(found: object) -> None:
    """Print an answer as JSON on standard output."""
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")
    sys.stdout.flush()


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written as JSON")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], title: str = "", right: Sequence[int] = ()) -> None:
    """Print a table on standard output; the columns named in `right` are set to the right."""
    drawn = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold")
    for place, head in enumerate(heads):
        drawn.add_column(head, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    _console(sys.stdout).print(drawn)


@contextmanager
def progress(key: str) -> Iterator[Callable[[str, int], None]]:
    """Show how far a longer piece of work is, on standard error.

    Gives a function that notes one step done: what it was, and how many there are in all.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(text(key), total=None)

        def done(said: str, total: int) -> None:
            bar.update(task, advance=1, total=total, description=said)

        yield done


def home_of(given: Path | None) -> Path:
    """The folder of the laboratory a command is about: named, or $CHUAN_HOME, or where `init` or `demo` put one."""
    if given is not None:
        return given.expanduser().resolve()
    named = os.environ.get("CHUAN_HOME", "")
    if named:
        return Path(named).expanduser().resolve()
    for name in ("laboratory", "demo"):
        if (data_home() / name / "settings.toml").is_file():
            return data_home() / name
    return data_home() / "laboratory"


def data_home() -> Path:
    """The folder of this user's laboratories where no other is named: ~/.local/share/chuan, or its like on Windows."""
    base = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME", "")
    return (Path(base) if base else Path.home() / ".local" / "share") / "chuan"
