"""Whether a file's pages and the DCC inside say the same: number, days, names, results, U, k, p, compared as text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pypdfium2

from certificates.carried import dcc_of
from certificates.content import AMENDED
from certificates.dcc_elements import DCC, NOT_A_NUMBER, SI
from certificates.edition import Edition
from certificates.hostile_xml import read_hostile
from uncertainty.errors import Stated

AGREES, DIFFERS, NONE, UNREADABLE = "agrees", "differs", "none", "unreadable"
MOST_PAGES, MOST_SAID = 500, 20
NEAR = 160
"""Characters between a value and its U, and between U and k."""
COMPLETE = 3
"""Value, U and k."""
HYPHEN_AT_END = "\x02"
"""What PDFium gives for a hyphen that ends a line, together with the end of the line: a name may end with one."""
NAMESPACES = {"dcc": DCC}
NAMED = (
    "dcc:administrativeData/dcc:coreData/dcc:beginPerformanceDate",
    "dcc:administrativeData/dcc:coreData/dcc:endPerformanceDate",
    "dcc:administrativeData/dcc:coreData/dcc:issueDate",
    "dcc:administrativeData/dcc:items/dcc:item/dcc:identifications/dcc:identification/dcc:value",
    "dcc:administrativeData/dcc:calibrationLaboratory/dcc:contact/dcc:name/dcc:content",
    "dcc:administrativeData/dcc:customer/dcc:name/dcc:content",
)
"""What names the certificate's parties, item and days; all of it stands on the pages."""
SERIES = ("value", "valueXMLList")
EXPANDED = ("valueExpandedMU", "valueExpandedMUXMLList")
FACTORS = ("coverageFactor", "coverageFactorXMLList")
PROBABILITIES = ("coverageProbability", "coverageProbabilityXMLList")


@dataclass(frozen=True)
class Agreement:
    """What comparing pages and DCC gave.

    Attributes:
        state: "agrees", "differs", "none" (the file carries no DCC) or "unreadable".
        compared: how many texts were looked for.
        differences: texts of the DCC that stand on no page, or not beside each other, at most twenty.
        number: of the certificate, as the DCC says it.
        amends: number of the certificate that this one amends, as the DCC says it; empty where it amends none.
    """

    state: str
    compared: int = 0
    differences: tuple[str, ...] = ()
    number: str = ""
    amends: str = ""


def agreement(pdf: bytes) -> Agreement:
    """Look on the pages of a file for what its DCC says.

    Args:
        pdf: a file of one's own; a stranger's only in a process apart.
    """
    try:
        xml = dcc_of(pdf)
        return Agreement(NONE) if xml is None else compare(xml, text_of_pages(pdf))
    except (Stated, pypdfium2.PdfiumError):
        return Agreement(UNREADABLE)


def compare(xml: bytes, text: str) -> Agreement:
    """Look for what a DCC says in the text of pages.

    Args:
        xml: the DCC; a signature in it is not judged here.
        text: as `text_of_pages` gives it.

    Raises:
        Invalid: the XML is none that is read.
    """
    return compare_read(read_hostile(xml), text)


def compare_read(root: Any, text: str) -> Agreement:
    """Look for what a DCC that has been read says in the text of pages.

    Args:
        root: as `read_hostile` gives it; it stays as it is.
        text: as `text_of_pages` gives it.
    """
    said = DccTexts(root)
    flat, places = _flat(text), numbers_on(text, said.decimal)
    words = set(said.words())
    strange = sorted(one for one in words if _flat(one) not in flat)
    missing: set[str] = set()
    rows = set(said.rows())
    common = _common_factor(rows, flat, said.decimal)
    for row in rows:
        beside = row[:2] if common and len(row) == COMPLETE else row
        missing |= {one for one in row if one not in places} or (
            {" · ".join(row)} if not _together(beside, places) else set()
        )
    count = len(words) + sum(map(len, rows))
    found = tuple((strange + sorted(missing))[:MOST_SAID])
    return Agreement(DIFFERS if found else AGREES, count, found, said.number, said.amends)


def text_of_pages(pdf: bytes) -> str:
    """The text of all pages, in the order in which it was drawn.

    Raises:
        pypdfium2.PdfiumError: the file cannot be read.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        if len(document) > MOST_PAGES:
            raise pypdfium2.PdfiumError(f"{len(document)} pages")
        text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
    return text.replace(HYPHEN_AT_END, "-\n")


class DccTexts:
    """The texts of a DCC that its pages have to hold."""

    def __init__(self, root: Any) -> None:
        """Read the parsed file `root`."""
        self._root = root
        languages = {one.text for one in root.iter(f"{{{DCC}}}usedLangCodeISO639_1")}
        self._edition = Edition("vi-en" if "vi" in languages else "en")
        self.decimal = self._edition.decimal

    @property
    def number(self) -> str:
        """The certificate's number."""
        return str(self._root.findtext(f".//{{{DCC}}}coreData/{{{DCC}}}uniqueIdentifier", "")).strip()

    @property
    def amends(self) -> str:
        """The number of the certificate that this one amends; empty where it replaces one, or is the first."""
        changed = self._root.find(f".//{{{DCC}}}coreData/{{{DCC}}}reportAmendedSubstituted")
        if changed is None or changed.findtext(f"{{{DCC}}}typeOfChange", "").strip() != AMENDED:
            return ""
        return str(changed.findtext(f"{{{DCC}}}replacedUniqueIdentifier", "")).strip()

    def words(self) -> Iterator[str]:
        """The certificate's number, its days, what names item, customer and laboratory, and p as it is printed."""
        yield self.number
        for path in NAMED:
            for one in self._root.iterfind(path, NAMESPACES):
                yield _printed(one)
        for form in self._forms():
            for text in set(_texts(form, PROBABILITIES)) - {NOT_A_NUMBER}:
                yield self._edition.percent(text)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Every value of the results with its U and k, in the unit of the paper; what has none stands alone."""
        for form in self._forms():
            columns = [list(_texts(form, names)) for names in (SERIES, EXPANDED, FACTORS)]
            for row in zip_longest(*(column for column in columns if column), fillvalue=NOT_A_NUMBER):
                if said := tuple(one for one in row if one != NOT_A_NUMBER):
                    yield said

    def _forms(self) -> Iterator[Any]:
        """The numbers of the results; of two forms of one quantity that in the unit of the paper, the last."""
        for results in self._root.iter(f"{{{DCC}}}results"):
            for one in results.iter(f"{{{DCC}}}quantity"):
                yield from (form for form in one if form.tag in _FORMS)
                for hybrid in one.findall(f"{{{SI}}}hybrid"):
                    yield from [form for form in hybrid if form.tag in _FORMS][-1:]


_FORMS = (f"{{{SI}}}real", f"{{{SI}}}realListXMLList")


def _texts(form: Any, names: tuple[str, ...]) -> Iterator[str]:
    """The numbers below a form in elements of these names, "not a number" among them."""
    for name in names:
        for one in form.iter(f"{{{SI}}}{name}"):
            yield from (one.text or "").split()


def _printed(element: Any) -> str:
    """A name or identification as it stands on paper; a day in the form of paper."""
    text = (element.text or "").strip()
    if not element.tag.endswith("Date"):
        return text
    try:
        return f"{dt.date.fromisoformat(text[:10]):%d/%m/%Y}"
    except ValueError:
        return text


def _common_factor(rows: set[tuple[str, ...]], flat: str, decimal: str) -> bool:
    """Whether all results have one k, and the pages state it once for all of them: "k = 2"."""
    factors = {row[-1] for row in rows if len(row) == COMPLETE}
    return len(factors) == 1 and f"k={next(iter(factors)).replace('.', decimal)}" in flat


def _flat(text: str) -> str:
    """A text without its blanks, composed and in small letters: a letterhead has its name in capitals."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


def _together(row: tuple[str, ...], places: dict[str, list[int]]) -> bool:
    """Whether value, U and k stand near each other in this order, as in a row of a table or in the panel."""
    ends = set(places.get(row[0], ()))
    for one in row[1:]:
        ends = {place for place in places.get(one, ()) if any(0 < place - end <= NEAR for end in ends)}
    return bool(ends)


def numbers_on(text: str, decimal: str) -> dict[str, list[int]]:
    """The numbers in the text of pages, canonical, with their places.

    Digits that may be groups of one number are also read as one.

    Args:
        text: as a reader of PDF gives it, thin gaps as blanks.
        decimal: the decimal sign of the document.
    """
    found = list(_TOKEN.finditer(text))
    numbers: dict[str, list[int]] = {}

    def take(read: str, start: int, end: int) -> None:
        """Note a number, and the same over the power of ten that follows it."""
        plain = _canonical(read, decimal)
        numbers.setdefault(plain, []).append(start)
        if (power := _POWER.match(text, end)) is not None:
            numbers.setdefault(f"{plain}e{int(power[1].translate(_LOWERED))}", []).append(start)

    for place, first in enumerate(found):
        read, end = first[0], first.end()
        take(read, first.start(), end)
        for after in found[place + 1 : place + MOST_GROUPS]:
            if text[end : after.start()] != " " or not _continues(read, after[0], decimal):
                break
            read, end = read + after[0], after.end()
            take(read, first.start(), end)
    return numbers


def _continues(read: str, group: str, decimal: str) -> bool:
    """Whether a group of digits may go on a number that has been read so far."""
    _, mark, decimals = read.lstrip("+−").partition(decimal)
    if mark:
        return len(decimals) % 3 == 0 and group.isdigit() and len(group) <= 3
    return len(group.partition(decimal)[0]) == 3 and group[0].isdigit()


def _canonical(printed: str, decimal: str) -> str:
    """A printed number in the form of the DCC: no plus, a true minus as hyphen, the point as decimal sign."""
    return printed.removeprefix("+").replace("−", "-").replace(decimal, ".")


_POWER = re.compile("[ \u00a0\u202f]?×[ \u00a0\u202f]?10(⁻?[⁰¹²³⁴-⁹]+)")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TOKEN = re.compile(r"[+−]?\d+(?:[.,]\d+)?")
MOST_GROUPS = 12
