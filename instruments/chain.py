"""A chain of traceability as an answer: its links, where it breaks, what must be explained, and its main path.

Source: ISO/IEC 17025:2017, 6.5.1 and Annex A; JCGM 200:2012 (VIM), 2.41 and 2.42.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from uncertainty.wording import wording


class Link(NamedTuple):
    """One link of a chain: a calibration, as the calibration below it (or the reader, for the lowest) used it.

    A calibration that two others used appears once for each use. ``used_by`` is the calibration below, None for the
    lowest; ``depth`` the greatest number of steps down to the lowest; ``used_on`` the day on which it was used;
    ``valid_on_day`` whether it was performed, in date and not withdrawn on that day;
    ``valid_until`` its last day of use as decided then. The result shown is the one that
    was used, with its digits as printed; all its fields are None where the certificate holds none.
    """

    calibration_id: str
    used_by: str | None
    role: str
    depth: int
    closes_cycle: bool
    instrument_id: str
    instrument_code: str
    name_vi: str
    name_en: str
    level: str | None
    certificate: str
    laboratory_id: str
    laboratory_vi: str
    laboratory_en: str
    recognition: str | None
    performed_on: date
    valid_until: date | None
    used_on: date
    valid_on_day: bool
    result_id: str | None
    quantity: str | None
    nominal: str | None
    nominal_unit: str | None
    value: str | None
    unit: str | None
    expanded_uncertainty: str | None
    uncertainty_unit: str | None
    coverage_factor: str | None

    def name(self, language: str) -> str:
        """The instrument's name in a language."""
        return self.name_vi if language == "vi" else self.name_en

    def laboratory(self, language: str) -> str:
        """The laboratory's name in a language, as it was on the day of the calibration."""
        return self.laboratory_vi if language == "vi" else self.laboratory_en


@dataclass(frozen=True)
class Finding:
    """A break of a chain, or a warning that must be explained: the link it is about, and the sentence to say.

    ``link`` is None only where an instrument has no calibration at all.
    """

    link: Link | None
    key: str
    values: Mapping[str, object]

    def text(self, language: str) -> str:
        """The finding as a sentence."""
        return wording(self.key, language, **self.values)


@dataclass(frozen=True)
class Chain:
    """The tree of links above an instrument or a calibration, lowest first, and the verdict on it.

    ``levels`` counts the calibrations on the longest way up; ``day`` is the day asked about.
    """

    instrument_id: str
    instrument_code: str
    day: date
    levels: int
    links: tuple[Link, ...]
    breaks: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def unbroken(self) -> bool:
        """Whether nothing breaks the chain; warnings do not break it."""
        return not self.breaks

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """The chain as plain data; the reasons are sentences in the language, `unit` of a link is that of its U."""
        findings = {"breaks": self.breaks, "warnings": self.warnings}
        return {
            "instrument": self.instrument_code,
            "day": self.day.isoformat(),
            "unbroken": self.unbroken,
            "levels": self.levels,
            "links": [_plain(link, language) for link in self.links],
        } | {name: [_reason(finding, language) for finding in some] for name, some in findings.items()}


def _plain(link: Link, language: str) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, entry in link._asdict().items():
        plain[name] = entry.isoformat() if isinstance(entry, date) else entry
    plain |= {"laboratory": link.laboratory(language), "name": link.name(language)}
    return plain | {"U": link.expanded_uncertainty, "unit": link.uncertainty_unit, "value_unit": link.unit}


def _reason(finding: Finding, language: str) -> dict[str, Any]:
    about = finding.link
    return {
        "link": None if about is None else {"certificate": about.certificate, "instrument": about.instrument_code},
        "key": finding.key,
        "reason": finding.text(language),
    }


def chain_path(chain: Chain) -> tuple[Link, ...]:
    """The main way through a chain, for printing: from its end (SI, national standard) down to the lowest link.

    At each step it follows what carries the quantity (role ``reference``) before comparators and thermometers, then the
    longest way up, then the code, so that the same chain always prints the same path.

    Returns:
        The links, highest first, lowest last; empty for a chain without links.
    """
    above: dict[str, list[Link]] = {}
    for link in chain.links:
        if link.used_by is not None and not link.closes_cycle:
            above.setdefault(link.used_by, []).append(link)
    heights: dict[str, int] = {}
    for link in sorted(chain.links, key=lambda one: -one.depth):  # what is above a link lies deeper than it
        higher = (heights[upper.calibration_id] for upper in above.get(link.calibration_id, ()))
        heights[link.calibration_id] = 1 + max(higher, default=0)
    path = [link for link in chain.links if link.used_by is None]
    while path and (choices := above.get(path[-1].calibration_id)):
        order = (
            (one.role != "reference", -heights[one.calibration_id], one.instrument_code, one.calibration_id, one)
            for one in choices
        )
        path.append(min(order, key=lambda entry: entry[:-1])[-1])
    return tuple(reversed(path))
