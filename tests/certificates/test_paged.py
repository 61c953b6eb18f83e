"""The frame of letters and lists: what the faces cannot draw is replaced or refused before a page is begun."""

from dataclasses import replace

import pytest

from certificates.content import Bilingual
from certificates.letter import LetterGroup, LetterRow
from certificates.paged import Block as PagedBlock
from certificates.paged import joined, printable, stacked
from certificates.typesetting import style
from uncertainty.errors import Invalid

NOTHING = Bilingual("", "")
ROW = LetterRow(
    "MB-KL-26-000001", "02/01/2025", Bilingual("Quả cân", "Weight"), "11042", "", "+0,000\u202f035\u00a0g",
    "0,0056\u00a0g", "0,6\u00a0%", NOTHING, NOTHING,
)  # fmt: skip


def test_the_groups_of_a_number_are_printed_with_an_ordinary_space() -> None:
    """The faces of the papers have no narrow space: a number that is grouped with one is printed all the same."""
    group = printable(LetterGroup(NOTHING, (ROW,)), None)
    assert group.rows[0].shift == "+0,000\u00a0035\u00a0g"
    assert replace(group.rows[0], shift=ROW.shift) == ROW


def test_a_character_that_cannot_be_printed_is_refused_by_its_field() -> None:
    """A character that no face of ours has names the field in which it stands."""
    with pytest.raises(Invalid) as problem:
        printable(LetterGroup(NOTHING, (replace(ROW, identity="漢"),)), None)
    assert "rows.0.identity" in str(problem.value.values["field"])


def test_what_is_joined_is_as_high_as_both_and_an_empty_text_takes_no_line() -> None:
    """Two joined blocks have one height; a cell has a line for each text that says something."""
    assert joined(PagedBlock(3.0, lambda *_: None), PagedBlock(4.0, lambda *_: None)).height == 7.0
    assert len(stacked(("một", style("Regular", 8)), ("", style("Regular", 8)), most=50)) == 1
