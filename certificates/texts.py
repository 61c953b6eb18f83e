"""Every text of a certificate with the name of its field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any


def texts_of(record: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a frozen record, each with its dotted path.

    Args:
        record: a dataclass, a tuple, a text or anything else, which has no text.
        path: name of the record itself.

    Yields:
        ("customer.name", "Công ty …"); the two languages of one text carry the name of the text.
    """
    if isinstance(record, str):
        yield path, record
    elif isinstance(record, tuple):
        for place, part in enumerate(record):
            yield from texts_of(part, path if isinstance(part, str) else f"{path}.{place}")
    elif is_dataclass(record):
        for field in fields(record):
            inner = path if field.name in ("vi", "en") else f"{path}.{field.name}" if path else field.name
            yield from texts_of(getattr(record, field.name), inner)
