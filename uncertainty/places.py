"""Where in a file something stands, so that a message can name the line."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from uncertainty.errors import InvalidModel, Stated
from uncertainty.wording import Phrase

Path = tuple[str | int, ...]
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=(.*)""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")
# The values of a problem that quote what was written.
QUOTING = ("unit", "text", "name", "kind", "given")
KEYS_OF_PROBLEMS = {
    "input_dof": "dof", "input_shape": "shape", "input_mode": "mode", "input_counts": "counts", "input_kind": "kind",
    "input_limits": "lower", "input_value_and_limits": "value", "input_inexactness": "inexactness",
    "coverage_factor_range": "coverage_factor", "coverage_probability_range": "coverage_probability",
    "type_a_reason": "type_a", "type_a_scatter": "type_a", "pooled_dof_alone": "pooled_dof",
    "table_cell": "rows", "table_row_length": "rows", "table_rows": "rows", "table_columns": "columns",
    "correlation_range": "r", "correlation_form": "between", "order_range": "order",
    "trials_range": "trials", "seed_range": "seed", "coverage_factor_form": "coverage_factor",
    "input_needs_limits": "distribution", "input_parameter_missing": "distribution",
    "result_missing": "from_result", "result_output": "output", "result_output_alone": "output",
    "input_limits_without_distribution": "distribution", "input_t_without_dof": "distribution",
}  # fmt: skip
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
        """The line of a key, or of the table around it; of an array of tables, that of its first."""
        for length in range(len(path), 0, -1):
            for place in (path[:length], (*path[:length], 0)):
                if place in self.lines:
                    return self.lines[place]
        return None

    def refusal(self, problem: object, path: Path, where: Phrase | None) -> InvalidModel:
        """A problem with its place in front."""
        line = self.line(path)
        at = Phrase("uncertainty.place_line", {"line": line}) if line else ""
        of = Phrase("uncertainty.place_where", {"where": where}) if where else ""
        return InvalidModel("uncertainty.place", name=self.name, line=at, where=of, problem=problem)

    @contextmanager
    def at(self, path: Path, where: Phrase | None = None, description: object = None) -> Iterator[None]:
        """Name this place in whatever is refused inside; the innermost place counts.

        Args:
            path: the path of a key or a table.
            where: what stands there.
            description: the table's keys, among which the one that fails is looked for.
        """
        try:
            yield
        except InvalidModel:
            raise
        except Stated as problem:
            key = failing_key(problem, description) if isinstance(description, Mapping) else None
            raise self.refusal(problem, (*path, key) if key else path, where) from problem


def failing_key(problem: Stated, description: Mapping[str, object]) -> str | None:
    """The key of a table of which a problem speaks: it names it, or quotes what stands there."""
    said = problem.key.partition(".")[2]
    for key in (problem.values.get("key"), KEYS_OF_PROBLEMS.get(said)):
        if key in description:
            return str(key)
    quoted = [str(problem.values[part]) for part in QUOTING if problem.values.get(part)]
    for key, text in description.items():
        if isinstance(text, str) and any(part in text for part in quoted):
            return key
    about_expression = said.startswith(("expression_", "dimension_", "column_"))
    return "observed" if about_expression and "observed" in description else None
