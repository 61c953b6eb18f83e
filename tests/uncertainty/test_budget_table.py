"""The budget in every layout: the same cells, and no name that breaks out of one."""

import html
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.budget_table import (
    LAYOUTS,
    budget_dict,
    budget_table,
    escape_html,
    escape_latex,
    escape_markdown,
    one_line,
    width_of,
)
from uncertainty.errors import InvalidInput
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.report_text import budget_head, budget_rows

NASTY = 'a|b_c <b> $x$ & \\end{tabular} "q" `t` #1 %'
MODEL = read_model(
    {
        "model": {"y": "a + b"},
        "outputs": {"y": {"unit": "mm"}},
        "inputs": {
            "a": {"value": "1.5 mm", "standard_uncertainty": "0.3 um", "label": {"vi": NASTY, "en": NASTY}},
            "b": {"readings": ["0.1 um", "0.3 um", "0.2 um"], "label": {"vi": "Độ trôi", "en": "Drift"}},
        },
        "correlations": [{"between": ["a", "b"], "r": 0.5}],
    }
)
RESULT = evaluate(MODEL, monte_carlo=False).outputs["y"]
texts = st.text(max_size=40)


class Cells(HTMLParser):
    """What a browser sees in the cells of a table."""

    def __init__(self) -> None:
        """Begin without cells."""
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag, attrs):
        """Note a tag, and begin a cell."""
        self.tags.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data):
        """Add to the cell."""
        if self.cells:
            self.cells[-1] += data.strip("\n")


def test_html_holds_the_cells_and_nothing_else():
    """A browser reads the head and every cell back as they were; no name makes an element."""
    found = Cells()
    found.feed(budget_table(RESULT, "en", MODEL, "html"))
    assert found.cells == [*budget_head("en"), *(cell for row in budget_rows(RESULT, "en", MODEL) for cell in row)]
    assert set(found.tags) == {"table", "thead", "tbody", "tr", "th", "td"}


def test_markdown_has_as_many_columns_in_every_line():
    """Bars in a name are escaped: each line has the columns of the head."""
    lines = budget_table(RESULT, "vi", MODEL, "markdown").splitlines()
    assert len(lines) == 2 + len(RESULT.budget)
    for line in lines:
        assert len(re.findall(r"(?<!\\)\|", line)) == 9
    assert "<b>" not in "".join(lines) and "---:" in lines[1]


def test_latex_has_as_many_columns_in_every_line():
    """Ampersands, dollars and braces of a name are text: each line has its columns, and no command is foreign."""
    lines = budget_table(RESULT, "vi", MODEL, "latex").splitlines()
    rows = [line for line in lines if line.endswith(r" \\")]
    assert len(rows) == 1 + len(RESULT.budget)
    for row in rows:
        assert len(re.findall(r"(?<!\\)&", row)) == 7
        assert len(re.findall(r"(?<!\\)\$", row)) % 2 == 0
    assert sum(line.count(r"\end{tabular}") for line in lines) == 1


def test_the_text_is_aligned():
    """Columns of text begin at the same place, and numbers end at the same place."""
    lines = budget_table(RESULT, "vi", MODEL, "text").splitlines()
    ends = [match.end() for match in re.finditer("-+", lines[1])]
    assert len(ends) == 8
    for line in lines[2:]:
        assert line[ends[0] : ends[0] + 2] in ("  ", "")
    assert max(width_of(line) for line in lines) <= width_of(lines[1])


def test_a_decimal_point_or_comma_is_chosen_freely():
    """The decimal sign is that of the language unless another one is asked for."""
    assert "1,500" in budget_table(RESULT, "vi", MODEL)
    assert "1.500" in budget_table(RESULT, "vi", MODEL, decimal=".")
    assert "1.500" in budget_table(RESULT, "en", MODEL)


def test_an_unknown_layout_is_refused():
    """A layout that does not exist is refused by name."""
    with pytest.raises(InvalidInput, match="word"):
        budget_table(RESULT, "en", MODEL, "word")


def test_a_dictionary_for_other_programs():
    """The dictionary is JSON with full precision, null for infinite degrees of freedom, and the printed texts."""
    found = json.loads(json.dumps(budget_dict(RESULT, "en", MODEL), allow_nan=False))
    assert [row["kind"] for row in found["rows"]] == ["input", "input", "covariance"]
    assert found["rows"][0]["dof"] is None and found["rows"][1]["dof"] == 2
    assert found["rows"][0]["contribution"] == RESULT.budget[0].contribution
    assert found["printed"][1]["Input"] == "Drift"
    assert found["result"]["Result"] == RESULT.reported.replace(",", ".")
    assert sum(row["share"] for row in found["rows"]) == pytest.approx(1)


@given(texts)
def test_html_gives_back_every_text(text):
    """Escaped and read again, a text is itself without its control characters; nothing in it stays markup."""
    escaped = escape_html(text)
    assert html.unescape(escaped) == one_line(text) or "&" in text
    assert not re.search("[<>\"']", escaped)


@given(texts)
def test_markdown_leaves_no_mark(text):
    """Every mark of Markdown is behind a backslash, and no HTML is left."""
    escaped = escape_markdown(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`*_\[\]$~]", escaped)
    assert "<" not in escaped and "\n" not in escaped and "\r" not in escaped


@given(st.text(alphabet="\\{}$&#%_^~<>|ab ²⁻₁Ωα\n", max_size=30))
def test_latex_leaves_no_command_of_the_text(text):
    """Without our own commands nothing is left that LaTeX would take for one; braces and dollars are in pairs."""
    ours = r"\\(?:textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar|Omega|alpha)\b(?:\{\})?"
    rest = re.sub(ours, "", escape_latex(text))
    assert not re.search(r"\\[a-zA-Z]", rest)
    bare = re.sub(r"\\[{}$&#%_]", "", rest)
    assert not re.search("[&#%~]", bare)
    assert bare.count("{") == bare.count("}") and bare.count("$") % 2 == 0
    assert not re.search(r"[\^_](?!\{)", bare)


def test_signs_are_set_in_latex():
    """Powers, units and Greek letters are set as mathematics."""
    assert escape_latex("−1,5·10⁻⁸ µm²") == r"$-$1,5$\cdot$10$^{-8}$ $\mu$m$^{2}$"
    assert escape_latex("δm_X ± Ω") == r"$\delta$m\_X $\pm$ $\Omega$"
    assert escape_latex("M₁₋₂ ω ψ ο ς [x]") == r"M$_{1-2}$ $\omega$ $\psi$ o $\varsigma$ {[}x{]}"


def test_widths_of_letters():
    """Combining marks take no room and ideographs two columns."""
    assert (width_of("đo\u0301"), width_of("標準"), width_of("")) == (2, 4, 0)
    assert set(LAYOUTS) == {"text", "markdown", "latex", "html"}
