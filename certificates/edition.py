"""The languages of one document: which text stands first, which second, and how its numbers and dates are written."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from certificates.content import Bilingual, CertificateContent
from certificates.fonts import FIXED_BLANK, THIN_GAP
from certificates.kinds import AMENDMENT, document_kinds
from certificates.typesetting import ASTERISK
from uncertainty.errors import InvalidUnit
from uncertainty.rounding import display
from uncertainty.units import display_unit
from uncertainty.wording import wording

NUMBER = re.compile(r"(?<![\w.,])-?\d+(?:\.\d+)?(?![\w.,]*\d)")
NOT_MEASURED = "–"


@lru_cache(maxsize=2_000)
def _said(key: str) -> Bilingual:
    """A sentence without placeholders in both languages; remembered."""
    return Bilingual(wording(key, "vi"), wording(key, "en"))


@dataclass(frozen=True)
class Edition:
    """A Vietnamese-first bilingual document, or one in English only."""

    languages: str
    kind: str = "calibration"  # of the document: each has words of its own
    rejection: bool = False  # whether it states that an instrument failed: some kinds have other words for that
    amendment: bool = False  # whether it amends another document of its kind: then it has words of its own

    @property
    def bilingual(self) -> bool:
        """Whether an English line stands below the Vietnamese one."""
        return self.languages == "vi-en"

    @property
    def first_language(self) -> str:
        """The language of what stands first and upright."""
        return "vi" if self.bilingual else "en"

    @property
    def decimal(self) -> str:
        """The one decimal sign of the document."""
        return "," if self.bilingual else "."

    def first(self, text: Bilingual) -> str:
        """What stands upright."""
        return text.vi if self.bilingual else text.en

    def second(self, text: Bilingual) -> str:
        """What stands in italic below or beside; nothing in an edition of one language or where both are equal."""
        return text.en if self.bilingual and text.en != text.vi else ""

    def say(self, key: str, **values: object) -> Bilingual:
        """A text of data/wording/ in both languages: the kind's own where it has one, else the common one."""
        kind = document_kinds()[self.kind]
        full = key if "." in key else f"certificate.{key}"
        if key in kind.words:
            full = f"documents.{self.kind}_{key}"
        if self.rejection and key in kind.rejection:
            full = f"rejection.{self.kind}_{key}"
        if self.amendment and key in document_kinds()[AMENDMENT].words:
            full = f"amendment.document_{key.replace('.', '_')}"
        if values:
            return Bilingual(wording(full, "vi", **values), wording(full, "en", **values))
        return _said(full)

    def in_english(self) -> Edition:
        """The same document in English only."""
        return replace(self, languages="en")

    def of_what_is_amended(self) -> Edition:
        """The words of the document that an amendment amends."""
        return replace(self, amendment=False)

    def say_marked(self, key: str, **values: object) -> Bilingual:
        """A sentence whose symbols are marked with *; an asterisk inside a value stays one."""
        safe = {name: str(value).replace("*", ASTERISK) for name, value in values.items()}
        return self.say(key, **safe)

    def number(self, canonical: str, *, signed: bool = False, group_decimals: bool | None = None) -> str:
        """A canonical number as the tables, fields and panel of this document print it."""
        return display(canonical, decimal=self.decimal, group=THIN_GAP, sign=signed, group_decimals=group_decimals)

    def numbers_in(self, text: str) -> str:
        """A phrase with its canonical numbers printed: "(20.1 ± 0.3)" becomes "(20,1 ± 0,3)"."""
        shown = NUMBER.sub(lambda found: self.number(found[0]), text)
        return shown.replace(" ± ", f"{FIXED_BLANK}±{FIXED_BLANK}")

    def unit(self, name: str | None) -> str:
        """The printed form of a unit's name; empty for dimension one."""
        return display_unit_or_text(name, self.first_language)

    def percent(self, probability: str) -> str:
        """A coverage probability as it is said: 0.9545 is "95 %"."""
        return f"{self.number(percent_said(probability))}{THIN_GAP}%"

    def exact_probability(self, probability: str) -> bool:
        """Whether the percentage printed is the probability itself."""
        share = Decimal(probability) * 100
        return share >= 99 or share == share.to_integral_value()

    def date(self, day: dt.date) -> str:
        """dd/mm/yyyy."""
        return f"{day:%d/%m/%Y}"

    def period(self, first: dt.date, last: dt.date) -> str:
        """One date, or two with an en dash."""
        return self.date(first) if first == last else f"{self.date(first)}{THIN_GAP}–{THIN_GAP}{self.date(last)}"


def edition_of(content: CertificateContent) -> Edition:
    """The languages and the words of one document."""
    failed = content.conformity is not None and content.conformity.verdict == "fail"
    return Edition(content.languages, content.kind, failed, content.amends)


def percent_said(probability: str) -> str:
    """A coverage probability in per cent as certificate and screen say it: "95" of 0.9545, "99.73" of 0.9973."""
    share = Decimal(probability) * 100
    whole = share.to_integral_value()
    return str(int(whole)) if share < 99 or share == whole else f"{share.normalize():f}"


@lru_cache(maxsize=500)
def display_unit_or_text(name: str | None, language: str) -> str:
    """A unit as printed; a text that is no permitted unit ("% RH") stays as it is."""
    if not name or name == "1":
        return ""
    try:
        return display_unit(name, language).replace(" ", THIN_GAP)
    except InvalidUnit:
        return name.replace(" ", THIN_GAP)
