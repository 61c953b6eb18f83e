"""Frozen records as JSON and as one hash: the same record has the same text, today and in later releases."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import types
import typing
import unicodedata
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Self

from uncertainty.errors import Invalid


class Record:
    """Base of the frozen dataclasses of a document: text in NFC, JSON there and back.

    A field at its declared default is left out of the JSON, so that a field added by a later release
    leaves the hash of every earlier document as it was.
    """

    def __post_init__(self) -> None:
        """Bring every text of the record to Unicode NFC: decomposed Vietnamese is drawn wrongly."""
        for name in _names(typing.cast(Any, type(self))):
            value = getattr(self, name)
            composed = _composed(value)
            if composed is not value:
                object.__setattr__(self, name, composed)

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values.

        Returns:
            Nested dictionaries, lists, texts, numbers; dates as ISO 8601 texts.
        """
        return typing.cast(dict[str, Any], _plain(self))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The record that such JSON stands for.

        Args:
            data: what to_json() gave, in this release or an earlier one.

        Raises:
            Invalid: a field is unknown, is missing or has the wrong type; the field is named.
        """
        return typing.cast(Self, _revive(cls, data, cls.__name__))


def canonical_hash(data: Any) -> str:
    """SHA-256 over canonical JSON.

    Args:
        data: plain JSON values.

    Returns:
        64 lower-case hexadecimal digits over the UTF-8 JSON with sorted keys and no blanks.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@cache
def _names(cls: type) -> tuple[str, ...]:
    """The names of a record's fields."""
    return tuple(field.name for field in fields(typing.cast(Any, cls)))


def _composed(value: Any) -> Any:
    """The value with its texts in NFC, through tuples."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, tuple):
        return tuple(_composed(part) for part in value)
    return value


def _plain(value: Any) -> Any:
    """The value as JSON values; a field at its default is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if field.default is MISSING or getattr(value, field.name) != field.default
        }
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    """The declared types of a record's fields."""
    return typing.get_type_hints(cls)


def _refuse(where: str) -> Invalid:
    """The refusal that names a field of a stored document."""
    return Invalid("certificate.content_field_wrong", field=where)


def _revive(kind: Any, value: Any, where: str) -> Any:
    """The value of the declared type that such JSON stands for."""
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        return _revive(next(part for part in typing.get_args(kind) if part is not type(None)), value, where)
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise _refuse(where)
        part = typing.get_args(kind)[0]
        return tuple(_revive(part, each, f"{where}[{index}]") for index, each in enumerate(value))
    if is_dataclass(kind):
        return _revive_record(typing.cast(type, kind), value, where)
    return _revive_plain(kind, value, where)


def _revive_record(kind: type, value: Any, where: str) -> Any:
    """The record of that type; unknown and missing fields are refused by name."""
    if not isinstance(value, Mapping):
        raise _refuse(where)
    hints = _hints(kind)
    known = {field.name: field for field in fields(kind)}
    for name in value:
        if name not in known:
            raise _refuse(f"{where}.{name}")
    for name, field in known.items():
        if name not in value and field.default is MISSING:
            raise _refuse(f"{where}.{name}")
    return kind(**{name: _revive(hints[name], each, f"{where}.{name}") for name, each in value.items()})


def _revive_plain(kind: Any, value: Any, where: str) -> Any:
    """A text, whole number, truth value or date of exactly the declared type."""
    if kind is dt.date:
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _refuse(where) from None
    if type(value) is not kind:
        raise _refuse(where)
    return value
