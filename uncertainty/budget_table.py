"""The uncertainty budget as a table: plain text, Markdown, LaTeX, HTML, and a dictionary."""

import html
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Literal, get_args

from uncertainty.errors import InvalidInput
from uncertainty.evaluation import OutputResult
from uncertainty.measurement_model import MeasurementModel
from uncertainty.report_text import budget_head, budget_rows, result_lines

Layout = Literal["text", "markdown", "latex", "html"]
LAYOUTS: tuple[str, ...] = get_args(Layout)
NUMBERS = frozenset({1, 2, 4, 5, 6, 7})
"""The columns that hold numbers, set to the right."""
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₋₊", "0123456789-+")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_LOWERED = re.compile("[₀₁₂₃₄₅₆₇₈₉₋₊]+")
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "−": "$-$", "·": r"$\cdot$",
    "±": r"$\pm$", "∞": r"$\infty$", "Ω": r"$\Omega$", "µ": r"$\mu$", "μ": r"$\mu$", "°": r"$^{\circ}$",
    "×": r"$\times$", "\N{NO-BREAK SPACE}": "~", "\N{NARROW NO-BREAK SPACE}": r"\,", "\N{THIN SPACE}": r"\,",
    "[": "{[}", "]": "{]}",
}  # fmt: skip
_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi o pi rho _ sigma tau upsilon phi chi"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$^-])")


def one_line(text: str) -> str:
    """A text without line breaks, tabs and control characters, so that a cell stays a cell."""
    return " ".join("".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text).split(" "))


def escape_html(text: str) -> str:
    """A text as content or attribute of HTML.

    >>> escape_html('<b title="a">&')
    '&lt;b title=&quot;a&quot;&gt;&amp;'
    """
    return html.escape(one_line(text), quote=True)


def escape_markdown(text: str) -> str:
    """A text as a cell of a Markdown table: nothing in it is markup, a mark of a column or HTML.

    >>> escape_markdown("m_S | <b>")
    'm\\\\_S \\\\| &lt;b&gt;'
    """
    plain = one_line(text).replace("&", "&amp;")
    return _MARKDOWN.sub(r"\\\1", plain).replace("<", "&lt;").replace(">", "&gt;").replace("://", ":&#47;/")


def escape_latex(text: str) -> str:
    r"""A text for LaTeX: no command, no argument, no mathematics but ours; powers, Greek letters and signs are set.

    >>> escape_latex("m_S 50 % 10⁻⁶")
    'm\\_S 50 \\% 10$^{-6}$'
    """
    said = "".join(_LATEX.get(one, one) for one in one_line(text))
    said = _RAISED.sub(lambda found: f"$^{{{found[0].translate(_SUPERSCRIPTS)}}}$", said)
    said = _LOWERED.sub(lambda found: f"$_{{{found[0].translate(_SUBSCRIPTS)}}}$", said)
    return re.sub("[α-χψω]", lambda found: _greek(found[0]), said)


def _greek(letter: str) -> str:
    name = [*_GREEK.split(), "psi", "omega"][ord(letter) - ord("α")]
    return {"o": "o", "_": r"$\varsigma$"}.get(name, f"$\\{name}$")


def width_of(text: str) -> int:
    """The columns a text takes in a terminal: two for wide characters, none for combining ones."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in ("W", "F") else 1 for one in text
    )


def _text(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [[one_line(cell) for cell in row] for row in (head, *rows)]
    widths = [max(width_of(row[place]) for row in cells) for place in range(len(head))]

    def line(row: Sequence[str]) -> str:
        padded = []
        for place, cell in enumerate(row):
            room = " " * (widths[place] - width_of(cell))
            padded.append(room + cell if place in NUMBERS else cell + room)
        return "  ".join(padded).rstrip()

    return "\n".join([line(cells[0]), "  ".join("-" * width for width in widths), *map(line, cells[1:])]) + "\n"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---:" if place in NUMBERS else "---" for place in range(len(head))]
    lines = [[escape_markdown(cell) for cell in head], rule, *([escape_markdown(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _latex(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    columns = "".join("r" if place in NUMBERS else "l" for place in range(len(head)))
    lines = [" & ".join(escape_latex(cell) for cell in row) + r" \\" for row in (head, *rows)]
    body = "\n".join([lines[0], r"\hline", *lines[1:]])
    return f"\\begin{{tabular}}{{{columns}}}\n\\hline\n{body}\n\\hline\n\\end{{tabular}}\n"


def _html(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def cell(element: str, place: int, text: str) -> str:
        scope = ' scope="col"' if element == "th" else ""
        right = ' style="text-align:right"' if place in NUMBERS else ""
        return f"<{element}{scope}{right}>{escape_html(text)}</{element}>"

    def line(element: str, row: Sequence[str]) -> str:
        return f"<tr>{''.join(cell(element, place, text) for place, text in enumerate(row))}</tr>\n"

    body = "".join(line("td", row) for row in rows)
    return f"<table>\n<thead>\n{line('th', head)}</thead>\n<tbody>\n{body}</tbody>\n</table>\n"


_LAYOUTS: dict[str, Callable[[Sequence[str], Sequence[Sequence[str]]], str]] = {
    "text": _text, "markdown": _markdown, "latex": _latex, "html": _html,
}  # fmt: skip


def budget_table(
    result: OutputResult,
    language: str,
    model: MeasurementModel | None = None,
    layout: str = "text",
    *,
    decimal: str | None = None,
) -> str:
    """The budget of one output as a table.

    Args:
        result: of `evaluate`.
        language: `vi` or `en`.
        model: the model, whose labels stand instead of the names.
        layout: one of LAYOUTS; the LaTeX table needs no package.
        decimal: the decimal sign; that of the language where it is None.

    Raises:
        InvalidInput: for an unknown layout.

    Source: EA-4/02 M:2022, section 7 (table of the uncertainty analysis).
    """
    if layout not in LAYOUTS:
        raise InvalidInput("uncertainty.table_layout", layout=layout, known=", ".join(LAYOUTS))
    return _LAYOUTS[layout](budget_head(language), budget_rows(result, language, model, decimal=decimal))


def budget_dict(result: OutputResult, language: str, model: MeasurementModel | None = None) -> dict[str, Any]:
    """The budget of one output for other programs: full precision, and the same as it is printed.

    Args:
        result: of `evaluate`.
        language: `vi` or `en`, of the printed texts.
        model: the model, whose labels stand instead of the names.

    Returns:
        `rows` at full precision (None for infinite degrees of freedom), `printed` rows by the heads of their
        columns, and the `result` as pairs of words.
    """
    head = budget_head(language)
    rows = [asdict(row) for row in result.budget]
    for row in rows:
        if row["dof"] is not None and math.isinf(row["dof"]):
            row["dof"] = None
    return {
        "output": result.name,
        "unit": result.unit,
        "rows": rows,
        "printed": [dict(zip(head, row, strict=True)) for row in budget_rows(result, language, model)],
        "result": dict(result_lines(result, language)),
    }
