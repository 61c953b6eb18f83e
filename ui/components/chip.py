"""A chip: a state as ground, icon and word, so that colour never speaks alone."""

from typing import Final, Literal

from markupsafe import Markup

from ui.components.markup import icon, tag
from uncertainty.wording import wording

Kind = Literal["waiting", "work", "person", "bad", "soon", "ok", "outlined"]

# Waiting for the machine or time grey; at work petrol; waiting for a person brass; mend or withdrawn red; due soon
# amber; done green; replaced outlined.
_STATES: Final[dict[str, tuple[Kind, str]]] = {
    "received": ("waiting", "package-check"),
    "assigned": ("waiting", "hourglass"),
    "measuring": ("work", "pencil"),
    "returned": ("bad", "undo-2"),
    "in_review": ("person", "user"),
    "reviewed": ("person", "file-check"),
    "approved": ("work", "file-check"),
    "numbered": ("work", "file-check"),
    "issued": ("ok", "circle-check"),
    "replaced": ("outlined", "refresh-cw"),
    "withdrawn": ("bad", "ban"),
    "cancelled": ("outlined", "circle-x"),
    "in_use": ("ok", "circle-check"),
    "out_of_service": ("bad", "ban"),
    "due_soon": ("soon", "clock"),
    "overdue": ("bad", "clock"),
    "unbroken": ("ok", "link"),
    "broken": ("bad", "unlink"),
    "current": ("ok", "circle-check"),
    "replacement": ("person", "refresh-cw"),
    "active": ("ok", "circle-check"),
    "ended": ("outlined", "circle-x"),
}

STATES: Final[frozenset[str]] = frozenset(_STATES)


def chip(text: str, kind: Kind = "waiting", icon_name: str | None = None) -> Markup:
    """A chip with a text of the caller's.

    Args:
        text: a word or two, already in the reader's language.
        kind: the ground.
        icon_name: an icon of the closed set; a chip without icon says its state in words alone.
    """
    modifier = "" if kind == "waiting" else f" c-chip--{kind}"
    return tag("span", icon(icon_name, 14) if icon_name else None, text, class_=f"c-chip{modifier}")


def state_chip(state: str, language: str) -> Markup:
    """The chip of a state of a job, certificate, instrument, chain or account.

    Args:
        state: one of STATES, in any case.
        language: `vi` or `en`.

    Raises:
        KeyError: for a state that has no chip.
    """
    kind, icon_name = _STATES[state.lower()]
    return chip(wording(f"screens.state_{state.lower()}", language), kind, icon_name)
