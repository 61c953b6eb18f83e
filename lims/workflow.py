"""The workflow as a page of documentation, written from the declarations of the acts themselves.

`python -m lims.workflow` prints it; `docs/workflow.md` holds it, and a test compares the two.
"""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

import lims
from lims.people import PERMISSIONS, ROLES, SYSTEM
from lims.step import QUERIES, STEPS
from lims.store.tables import CANCELLED, RECEIVED, Job

import_module("lims.calibration")  # first: the acts of a job in the order in which a job lives them
for _found in iter_modules(lims.__path__):
    import_module(f"lims.{_found.name}")  # each declares its acts and reads

HEAD = """# The workflow

Written by `python -m lims.workflow` from the declarations of the acts; do not edit.

State belongs to one edition of a job. An act that is not listed for a state is refused there, by the act itself and
again by the database: a row in the record of steps moves the state, and only moves that the table of legal moves
knows. Acts without arrows leave the state as it is.
"""


def page() -> str:
    """The page: state diagram, acts of a job, other acts, reads, and who holds which permission."""
    return "\n".join([HEAD, _diagram(), _acts(), _others(), _reads(), _permissions()])


def _diagram() -> str:
    moves: dict[tuple[str, str], list[str]] = {}
    for one in STEPS.values():
        if one.on is Job and one.to is not None:
            for start in sorted(one.from_ or ()):
                for end in sorted(one.to):
                    if start != end and end != CANCELLED:
                        moves.setdefault((start, end), []).append(one.name)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {RECEIVED}: receive"]
    lines += [f"    {start} --> {end}: {', '.join(names)}" for (start, end), names in moves.items()]
    return "\n".join([*lines, "```", ""])


def _acts() -> str:
    rows = []
    for one in STEPS.values():
        if one.on is not Job:
            continue
        conditions = [
            text
            for holds, text in (
                (one.function, f"authorised to {one.function}"),
                (one.independent, "entered nothing in the job"),
                (one.fresh, "password again"),
                (one.reason, "reason"),
            )
            if holds
        ]
        to = _said(one.to) if one.to else "the same"
        rows.append((one.name, _said(one.from_ or ()), to, one.permission, ", ".join(conditions) or "–", one.clause))
    return _table("Acts of a job", ("act", "from", "to", "permission", "besides", "clause"), rows)


def _others() -> str:
    rows = [
        (
            one.name,
            one.on.__name__ if one.on else "–",
            one.permission,
            "network" if one.network else "centre",
            one.clause,
        )
        for one in sorted(STEPS.values(), key=lambda one: one.name)
        if one.on is not Job
    ]
    return _table("Other acts", ("act", "on", "permission", "recorded in the chain of", "clause"), rows)


def _reads() -> str:
    return _table("Reads", ("read", "permission"), sorted((one.name, one.permission) for one in QUERIES.values()))


def _permissions() -> str:
    roles = (*ROLES, SYSTEM)
    rows = [(name, *("x" if role in held else "" for role in roles)) for name, held in PERMISSIONS.items()]
    return _table("Permissions", ("permission", *(role.replace("_", " ") for role in roles)), rows)


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"## {title}", "", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, ""])


def _said(states: Iterable[str]) -> str:
    return ", ".join(sorted(states))


if __name__ == "__main__":
    print(page(), end="")
