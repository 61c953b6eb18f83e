"""The command line `lims`: it reads the call, runs a command, and says what went wrong in the user's language.

Exit status: 0 for an answer, 2 for a mistake in the call or a refusal, 1 where the record is broken.
"""

import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer

import lims.commands.certificates as certificates
import lims.commands.chains as chains
import lims.commands.dcc as dcc
import lims.commands.evaluation as evaluation
import lims.commands.exports as exports
import lims.commands.history as history
import lims.commands.impacts as impacts
import lims.commands.keeping as keeping
import lims.commands.keys as keys
import lims.commands.labels as labels
import lims.commands.laboratories as laboratories
import lims.commands.notices as notices
import lims.commands.recall as recall
import lims.commands.who_can as who_can
from lims.commands.console import chosen_language, note, say, speak, text
from lims.errors import Broken, Stated

MISTAKE, BROKEN, INTERRUPTED = 2, 1, 130

app = typer.Typer(
    name="lims", help="help", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None,
)  # fmt: skip
for _module in (
    laboratories, evaluation, certificates, chains, labels, impacts, dcc, exports, history, recall, who_can, keys,
    notices, keeping,
):  # fmt: skip
    _module.add_to(app)


def main() -> NoReturn:
    """Run the command that the words of the call name, and end with its status."""
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    words = list(words)
    speak(chosen_language(words, os.environ))
    command = typer.main.get_command(app)
    _translate(command)
    try:
        status = command.main(args=words, prog_name="lims", standalone_mode=False)
        sys.stdout.flush()
    except Broken as broken:
        note(text("broken", what=broken), "bold red")
        return BROKEN
    except Stated as answer:
        note(text("refused", what=answer), "bold red")
        return MISTAKE
    except typer.TyperException as mistake:
        return _mistake(mistake)
    except (typer.Abort, KeyboardInterrupt):
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever reads has seen enough
        return 0
    except OSError as problem:
        note(text("system", what=problem.strerror or str(problem), file=problem.filename or "–"), "bold red")
        return MISTAKE
    return status if isinstance(status, int) else 0


def _translate(command: Any) -> None:
    """Put the sentences of the chosen language where the commands carry keys."""
    for key in ("help", "short_help", "epilog"):
        said = getattr(command, key, None)
        if said:
            setattr(command, key, _said(said))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _said(parameter.help)
    for below in getattr(command, "commands", {}).values():
        _translate(below)


def _said(key: str) -> str:
    try:
        return text(f"help.{key}")
    except KeyError:
        return key  # typer's own sentences


_EXTRA = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)$")
"""How click names what a command does not take: options too, where a command takes negative numbers."""


def _mistake(mistake: Any) -> int:
    """Say what is wrong with the call: what is missing, what is not known, and where to read on."""
    context = getattr(mistake, "ctx", None)
    path = context.command_path if context is not None else "lims"
    parameter = getattr(mistake, "param", None)
    hint = parameter.get_error_hint().replace("'", "") if parameter is not None else ""
    match type(mistake).__name__:
        case "NoArgsIsHelpError":
            sys.stderr.write(f"{mistake.format_message()}\n")
        case "MissingParameter":
            note(text("missing", what=hint, command=path), "bold red")
        case "NoSuchOption":
            near = ", ".join(mistake.possibilities or ())
            known = text("near", known=near) if near else ""
            note(text("option_unknown", option=mistake.option_name, near=known, command=path), "bold red")
        case "BadParameter":
            note(text("value_wrong", what=hint, why=mistake.message, command=path), "bold red")
        case _ if extra := _EXTRA.match(mistake.format_message()):
            note(text("not_expected", what=extra[1], command=path), "bold red")
        case _:
            note(text("usage", why=mistake.format_message(), command=path), "bold red")
    return MISTAKE


if __name__ == "__main__":
    main()
