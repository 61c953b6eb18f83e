"""Every text of a certificate with the name of its field."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any


def texts_of(record: Any, path: str = "") -> list[tuple[str, str]]:
    """The texts of a frozen record, each with its dotted path.

    Args:
        record: a dataclass, a tuple, a text or anything else, which has no text.
        path: name of the record itself.

    Returns:
        Pairs as ("customer.name", "Công ty …"); the two languages of one text carry the name of the text.
    """
    found: list[tuple[str, str]] = []
    _collect(record, path, found)
    return found


def _collect(record: Any, path: str, found: list[tuple[str, str]]) -> None:
    if isinstance(record, str):
        found.append((path, record))
    elif isinstance(record, tuple):
        for place, part in enumerate(record):
            _collect(part, path if isinstance(part, str) else f"{path}.{place}", found)
    else:
        kind: Any = type(record)
        for name in _names(kind):
            inner = path if name in ("vi", "en") else f"{path}.{name}" if path else name
            _collect(getattr(record, name), inner, found)


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass; anything else has none."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
