"""Elements of a DCC: texts in the declared languages, numbers with unit and uncertainty, as PTB's schema wants them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from certificates.content import Bilingual, CertificateContent
from certificates.dsi import DsiUnit, dsi_unit
from certificates.edition import Edition
from certificates.naming import FieldName
from certificates.texts import texts_of
from uncertainty.errors import Invalid
from uncertainty.wording import wording

DCC, SI, XSI = "https://ptb.de/dcc", "https://ptb.de/si", "http://www.w3.org/2001/XMLSchema-instance"
BLANKS = " \t\r\n"  # what XML calls white space; a no-break space is a character
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
OVER_A_POWER = re.compile(rf"{NUMBER.pattern}(?:e-?[1-9][0-9]*)?")
PROBABILITY = re.compile(r"0\.[0-9]+|1(?:\.0+)?")
NOT_A_NUMBER = "NaN"  # D-SI's own sign for a value that is not there
NOT_MEASURED = "–"
QUOTE = '"'
OUTSIDE_XML = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot carry, and the controls that it can but that no text of a certificate holds."""


@dataclass(slots=True)
class Element:
    """An element on its way to paper: prefixed name, attributes, and text or children."""

    name: str
    attributes: dict[str, str]
    text: str
    children: list[Element]

    def iter(self) -> Iterator[Element]:
        """This element and all in it."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(one.children))

    def write(self, lines: list[str], depth: int = 0) -> None:
        """The element as lines of XML, a blank deeper for each level."""
        start = f"{' ' * depth}<{self.name}"
        for name, value in self.attributes.items():
            start += f' {name}="{_escaped(value).replace(QUOTE, "&quot;")}"'
        if self.children:
            lines.append(f"{start}>")
            for child in self.children:
                child.write(lines, depth + 1)
            lines.append(f"{' ' * depth}</{self.name}>")
        elif self.text:
            lines.append(f"{start}>{_escaped(self.text)}</{self.name}>")
        else:
            lines.append(f"{start}/>")


def _escaped(text: str) -> str:
    """A text as XML carries it; a carriage return by its number, since a reader would make a line feed of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def dcc(tag: str, *children: Element | str | None, **attributes: str | None) -> Element:
    """An element of the DCC namespace; absent children and attributes are left out."""
    return _element(f"dcc:{tag}", children, attributes)


def si(tag: str, *children: Element | str | None, **attributes: str | None) -> Element:
    """An element of the D-SI namespace."""
    return _element(f"si:{tag}", children, attributes)


def _element(name: str, children: Iterable[Element | str | None], attributes: dict[str, str | None]) -> Element:
    text, inner = "", []
    for child in children:
        if isinstance(child, str):
            text = child.strip(BLANKS)
        elif child is not None:
            inner.append(child)
    return Element(name, {key: value for key, value in attributes.items() if value}, text, inner)


def check_texts(content: CertificateContent) -> None:
    """Refuse what XML cannot carry, before anything is written.

    Raises:
        Invalid: a control character, a lone surrogate or a non-character; the field is named.
    """
    for field, text in texts_of(content):
        wrong = OUTSIDE_XML.search(text)
        if wrong:
            raise Invalid("dcc.character", field=FieldName(field), code=f"U+{ord(wrong[0]):04X}")


@dataclass(frozen=True)
class Paper:
    """One DCC being written: its languages, and how it says things in them."""

    languages: tuple[str, ...]

    @classmethod
    def of(cls, content: CertificateContent) -> Paper:
        """The paper of a content: Vietnamese first, or English alone."""
        return cls(("vi", "en") if Edition(content.languages).bilingual else ("en",))

    def text(self, tag: str, said: Bilingual | str, **attributes: str | None) -> Element:
        """A text (or rich content) in every language, or one of no language: a name, a code."""
        if isinstance(said, str):
            return dcc(tag, dcc("content", said), **attributes)
        contents = [dcc("content", _said(said, language), lang=language) for language in self.languages]
        return dcc(tag, *contents, **attributes)

    def as_given(self, tag: str, said: Bilingual) -> Element:
        """A text that a person gave, in the languages in which it was given: never under the name of another."""
        known = [(language, getattr(said, language).strip(BLANKS)) for language in self.languages]
        return dcc(tag, *(dcc("content", text, lang=language) for language, text in known if text))

    def say(self, key: str, **values: object) -> Bilingual:
        """A text of data/wording/, whose values may be bilingual themselves."""
        said = {
            language: wording(
                f"dcc.{key}",
                language,
                **{n: _said(v, language) if isinstance(v, Bilingual) else v for n, v in values.items()},
            )
            for language in ("vi", "en")
        }
        return Bilingual(said["vi"], said["en"])

    def word(self, tag: str, key: str, **values: object) -> Element:
        """An element with a text of data/wording/."""
        return self.text(tag, self.say(key, **values))


def _said(text: Bilingual, language: str) -> str:
    """The text in one language; where it was left blank there, in the other."""
    return (getattr(text, language) or text.vi or text.en).strip(BLANKS)


@dataclass(frozen=True)
class Series:
    """One column of numbers with its uncertainty, in the unit of the certificate.

    Attributes:
        values: canonical numbers; None is "not measured".
        unit: name in the measurement model.
        expanded: U of each value in the same unit, or empty.
        factors: k of each value, as many as `expanded`.
        probability: p of all.
        distribution: one word, where the certificate says it.
        difference: whether a number is a difference, which the zero of a scale does not shift.
        column: name for refusals.
        powers: whether a number may stand over a power of ten, "-5.7752e-5": coefficients do, results do not.
    """

    values: tuple[str | None, ...]
    unit: str
    expanded: tuple[str | None, ...] = ()
    factors: tuple[str | None, ...] = ()
    probability: str = ""
    distribution: str | None = None
    difference: bool = False
    column: str = ""
    powers: bool = False


def numbers(series: Series) -> Element:
    """The numbers as D-SI: one as `si:real`, several as `si:realListXMLList`; two units make an `si:hybrid`.

    Raises:
        Invalid: a text is no canonical number, k is below 1, or the unit has no D-SI form.
    """
    _check(series)
    unit = dsi_unit(series.unit)
    if unit.printed is None or (unit.celsius and series.difference):  # a difference of temperature is in kelvin alone
        return _form(series, unit.si, unit)
    return si("hybrid", _form(series, unit.si, unit), _form(series, unit.printed, None))


def _check(series: Series) -> None:
    form = OVER_A_POWER if series.powers else NUMBER
    for text in (*series.values, *series.expanded, *series.factors):
        if text is not None and not form.fullmatch(text):
            raise Invalid("dcc.number", text=text[:60], column=series.column)
    for text in series.expanded:
        if text is not None and text.startswith("-"):
            raise Invalid("dcc.number", text=text[:60], column=f"{series.column}, U")
    if series.expanded:
        check_probability(series.probability)
    for text in series.factors if series.expanded else ():
        if text is not None and text[0] not in "123456789":
            raise Invalid("dcc.coverage_factor", text=text[:60], column=series.column)


def check_probability(text: str) -> None:
    """Refuse a coverage probability that is no fraction in plain digits.

    Raises:
        Invalid: naming it.
    """
    if not PROBABILITY.fullmatch(text):
        raise Invalid("dcc.number", text=text[:60], column="p")


def _form(series: Series, name: str, moved: DsiUnit | None) -> Element:
    """The series in one unit; `moved` where its digits are moved into the SI form."""

    def of(text: str | None, *, difference: bool) -> str:
        if text is None:
            return NOT_A_NUMBER
        return moved.to_si(text, difference=difference) if moved else text

    values = [of(text, difference=series.difference) for text in series.values]
    spread = [of(text, difference=True) for text in series.expanded]
    factors = [text or NOT_A_NUMBER for text in series.factors]
    if len(values) > 1:
        return _list(series, name, values, spread, factors)
    uncertainty = None
    if series.expanded and series.expanded[0] is not None and factors[0] != NOT_A_NUMBER:
        expanded = si(
            "expandedMU",
            si("valueExpandedMU", spread[0]),
            si("coverageFactor", factors[0]),
            si("coverageProbability", series.probability),
            si("distribution", series.distribution) if series.distribution else None,
        )
        uncertainty = si("measurementUncertaintyUnivariate", expanded)
    return si("real", si("value", values[0]), si("unit", name), uncertainty)


def _list(series: Series, name: str, values: list[str], spread: list[str], factors: list[str]) -> Element:
    uncertainty = None
    if any(text is not None for text in series.expanded):
        expanded = si(
            "expandedMUXMLList",
            si("valueExpandedMUXMLList", " ".join(spread)),
            si("coverageFactorXMLList", " ".join(factors)),
            si("coverageProbabilityXMLList", " ".join([series.probability] * len(values))),
            si("distributionXMLList", " ".join([series.distribution] * len(values))) if series.distribution else None,
        )
        uncertainty = si("measurementUncertaintyUnivariateXMLList", expanded)
    return si("realListXMLList", si("valueXMLList", " ".join(values)), si("unitXMLList", name), uncertainty)


def words(cells: Sequence[str | None]) -> Element:
    """Texts as a list: a blank separates entries, so that within one it stands as a no-break space."""
    return dcc(
        "charsXMLList", " ".join("\u00a0".join((cell or NOT_MEASURED).split()) or NOT_MEASURED for cell in cells)
    )
