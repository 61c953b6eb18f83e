"""A place in a procedure file: reads one table key by key and refuses with file, line and name."""

from collections.abc import Collection, Iterable, Mapping
from typing import NoReturn

from lims.procedure_format import Label
from uncertainty.errors import Invalid, Stated, did_you_mean
from uncertainty.places import Path, Places
from uncertainty.typed import clean_text
from uncertainty.wording import Phrase

SECTIONS = (
    "model", "outputs", "intermediates", "inputs", "correlations", "standards", "equipment", "item", "environment",
    "readings", "points", "ranges", "matrix", "example",
)  # fmt: skip


class InvalidProcedure(Invalid):
    """A procedure file that cannot be used; the sentence names file, line and place."""


class Place:
    """One table of a procedure file.

    Args:
        places: the file's name and the lines of its keys, for messages.
        path: where the table stands.
        table: its content.
    """

    def __init__(self, places: Places, path: Path, table: Mapping[str, object]) -> None:
        self.places, self.path, self.table = places, path, table

    def refuse(self, problem: str | Stated | Phrase, *keys: str | int, **values: object) -> NoReturn:
        """Refuse the file because of what stands at `keys` of this table. Raises: InvalidProcedure."""
        path = (*self.path, *keys)
        section = str(path[0]) if path and path[0] in SECTIONS else "head"
        name = path[1] + 1 if len(path) > 1 and isinstance(path[1], int) else (path[1] if len(path) > 1 else "")
        said = Phrase(f"procedures.{problem}", values) if isinstance(problem, str) else problem
        where = Phrase(f"procedures.place_{section}", {"name": name})
        raise InvalidProcedure(
            "procedures.at", file=self.places.name, line=self.places.line(path) or 1, place=where, problem=said
        )

    def only(self, known: Collection[str]) -> None:
        """Refuse a key that is not in `known`."""
        for key in self.table:
            if key not in known:
                self.refuse("unknown_key", key, entry=key, hint=did_you_mean(key, known))

    def need(self, *keys: str) -> None:
        """Refuse the table where one of `keys` is missing."""
        for key in keys:
            if key not in self.table:
                self.refuse("missing_key", entry=key)

    def text(self, key: str, default: str | None = None, *, most: int = 500) -> str:
        """Return the text of a key, or `default` where the key is absent."""
        if key not in self.table and default is not None:
            return default
        self.need(key)
        value = self.table[key]
        if not isinstance(value, str):
            self.refuse("not_text", key, entry=key)
        try:
            return clean_text(value, field=key, most=most)
        except Invalid as problem:
            self.refuse(problem, key)

    def optional_text(self, key: str) -> str | None:
        """Return the text of a key, None where the key is absent."""
        return self.text(key) if key in self.table else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is absent."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.refuse("not_texts", key, entry=key)
        return tuple(value)

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Return a text that is one of `allowed`."""
        value, allowed = self.text(key, default), tuple(allowed)
        if value not in allowed:
            self.refuse("not_allowed", key, entry=key, value=value, allowed=", ".join(allowed))
        return value

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number between `least` and `most`."""
        if key not in self.table and default is not None:
            return default
        self.need(key)
        value = self.table[key]
        if type(value) is not int or not least <= value <= most:
            self.refuse("not_whole", key, entry=key, value=value, least=least, most=most)
        return value

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            self.refuse("not_truth", key, entry=key)
        return value

    def label(self, key: str = "label", default: str | None = None) -> Label:
        """Return a name in both languages; `default` stands for both where the key is absent."""
        if key not in self.table and default is not None:
            return Label(default, default)
        inside = self.inside(key)
        inside.only(("vi", "en"))
        return Label(inside.text("vi"), inside.text("en"))

    def inside(self, key: str | int) -> "Place":
        """Return the table at `key`; an empty one where the key is absent."""
        value = self.table.get(str(key), {})
        if not isinstance(value, dict):
            self.refuse("not_table", key, entry=key)
        return Place(self.places, (*self.path, key), value)

    def tables(self, key: str) -> "dict[str, Place]":
        """Return the tables below `key`, by name."""
        below = self.inside(key)
        return {name: below.inside(name) for name in below.table}

    def rows(self, key: str) -> "list[Place]":
        """Return the tables of an array of tables."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.refuse("not_tables", key, entry=key)
        return [Place(self.places, (*self.path, key, n), row) for n, row in enumerate(value)]
