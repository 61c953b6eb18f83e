"""Where in a file something stands, so that a message can name the line."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from uncertainty.errors import InvalidModel, Stated
from uncertainty.wording import Phrase

Path = tuple[str | int, ...]
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=(.*)""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')


def _parts(dotted: str) -> Path:
    return tuple(match[1] or match[2] or match[3] or "" for match in _PART.finditer(dotted))


def find_lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every table header and key of a TOML text.

    It serves messages only: a text in an unusual form gives fewer lines, never a wrong reading.
    """
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        plain = _QUOTED.sub("''", line).partition("#")[0]
        header = _HEADER.match(line) if depth == 0 else None
        key = _KEY.match(line) if depth == 0 and not header else None
        if header:
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            else:
                table = _inside_arrays(table, counts)
            lines.setdefault(table, number)
            continue
        if key:
            lines.setdefault((*table, *_parts(key[1])), number)
        depth = max(0, depth + sum(plain.count(mark) for mark in "[{") - sum(plain.count(mark) for mark in "]}"))
    return lines


def _inside_arrays(table: Path, counts: dict[Path, int]) -> Path:
    """The path of a plain header below an array of tables: it belongs to the last of them."""
    found: Path = ()
    for part in table:
        found = (*found, part)
        if found in counts:
            found = (*found, counts[found])
    return found


@dataclass(frozen=True)
class Places:
    """The name of a source and the lines of its keys, if it came as text."""

    name: str
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """The line of a key, or of the table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def refusal(self, problem: object, path: Path, where: Phrase | None) -> InvalidModel:
        """A problem with its place in front."""
        line = self.line(path)
        at = Phrase("uncertainty.place_line", {"line": line}) if line else ""
        of = Phrase("uncertainty.place_where", {"where": where}) if where else ""
        return InvalidModel("uncertainty.place", name=self.name, line=at, where=of, problem=problem)

    @contextmanager
    def at(self, path: Path, where: Phrase | None = None) -> Iterator[None]:
        """Name this place in whatever is refused inside; the innermost place counts."""
        try:
            yield
        except InvalidModel:
            raise
        except Stated as problem:
            raise self.refusal(problem, path, where) from problem
