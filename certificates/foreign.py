"""What a Digital Calibration Certificate says, whoever wrote it: frozen, every number as the text that stood there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class ForeignText:
    """A text in several languages; the language of a part may be unsaid ("")."""

    parts: tuple[tuple[str, str], ...] = ()

    def text(self, language: str) -> str:
        """The text in a language; else that of no language, else the first one."""
        for wanted in (language, ""):
            for said, text in self.parts:
                if said == wanted:
                    return text
        return self.parts[0][1] if self.parts else ""


@dataclass(frozen=True)
class ForeignIdentification:
    """An identification and who gave it: manufacturer, calibrationLaboratory, customer, owner, other."""

    issuer: str
    value: str
    name: ForeignText


@dataclass(frozen=True)
class ForeignParty:
    """A laboratory, customer, manufacturer or owner."""

    name: ForeignText
    code: str = ""
    country: str = ""
    city: str = ""


@dataclass(frozen=True)
class ForeignItem:
    """An item calibrated (ISO/IEC 17025, 7.8.2.1 g)."""

    name: ForeignText
    description: ForeignText
    manufacturer: ForeignText
    model: str
    identifications: tuple[ForeignIdentification, ...]


@dataclass(frozen=True)
class ForeignReport:
    """Another certificate that is referred to, with the hash of its file."""

    number: str
    procedure: str
    value: str
    referral: ForeignText
    linked: ForeignReport | None = None


@dataclass(frozen=True)
class ForeignSeries:
    """Numbers in one unit of D-SI, each the text that stood there; None is "not a number".

    Uncertainties are empty, or as many as the values.
    """

    values: tuple[str | None, ...]
    units: tuple[str, ...]  # as many as the values
    expanded: tuple[str | None, ...] = ()
    factors: tuple[str | None, ...] = ()
    probabilities: tuple[str | None, ...] = ()
    standard: tuple[str | None, ...] = ()
    intervals: tuple[tuple[str | None, str | None], ...] = ()
    distribution: str = ""


@dataclass(frozen=True)
class ForeignQuantity:
    """One quantity of a result, condition or limit.

    Attributes:
        group: places of the lists that it stands in, from the outside.
        group_name: name of the innermost of them.
        forms: the numbers; more than one where they are given in several units, SI first.
        words: texts where it holds no numbers.
        conformity: outcome for each value: pass, fail, conditionalPass, conditionalFail, noPass, noFail.
    """

    name: ForeignText
    ref_types: tuple[str, ...]
    group: tuple[int, ...] = ()
    group_name: ForeignText = ForeignText()
    forms: tuple[ForeignSeries, ...] = ()
    words: tuple[str, ...] = ()
    conformity: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForeignResult:
    """One result with its quantities; status where it was found before or after adjustment or repair."""

    name: ForeignText
    ref_types: tuple[str, ...]
    status: str
    quantities: tuple[ForeignQuantity, ...]


@dataclass(frozen=True)
class ForeignCondition:
    """A condition that influences the results."""

    name: ForeignText
    ref_types: tuple[str, ...]
    status: str
    quantities: tuple[ForeignQuantity, ...]


@dataclass(frozen=True)
class ForeignEquipment:
    """A standard or other equipment used, with its certificate."""

    name: ForeignText
    ref_types: tuple[str, ...]
    identifications: tuple[ForeignIdentification, ...]
    certificate: ForeignReport | None


@dataclass(frozen=True)
class ForeignConformity:
    """A statement of conformity with its specification, rule and limits."""

    name: ForeignText
    specification: ForeignText
    rule: ForeignText
    norms: tuple[str, ...]
    outcomes: tuple[str, ...]
    quantities: tuple[ForeignQuantity, ...]


@dataclass(frozen=True)
class ForeignMethod:
    """A method used, with its documents."""

    name: ForeignText
    ref_types: tuple[str, ...]
    norms: tuple[str, ...]


@dataclass(frozen=True)
class ForeignCalibration:
    """One calibration as its Digital Calibration Certificate states it."""

    schema_version: str
    number: str
    country: str
    languages: tuple[str, ...]
    laboratory: ForeignParty
    customer: ForeignParty
    items: tuple[ForeignItem, ...]
    signatory: str
    received_on: dt.date | None
    started_on: dt.date
    finished_on: dt.date
    issued_on: dt.date | None
    location: str
    change: str  # "amended", "substituted" or ""
    replaces: str
    previous: ForeignReport | None
    methods: tuple[ForeignMethod, ...]
    equipment: tuple[ForeignEquipment, ...]
    conditions: tuple[ForeignCondition, ...]
    results: tuple[ForeignResult, ...]
    conformity: tuple[ForeignConformity, ...]
    statements: tuple[ForeignText, ...]
    signed: bool
