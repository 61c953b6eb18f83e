"""CertificateContent: everything a certificate says, frozen and complete; every field names its clause.

Numbers are canonical decimal texts (ASCII "-" and ".", trailing zeros kept), units are the names of the measurement
model ("degC", "ohm", "um"); only rendering turns them into what is printed. Clauses are those of ISO/IEC 17025:2017.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from certificates.canonical import Record, canonical_hash
from certificates.curve_content import Curve
from certificates.plot_content import ErrorPlot

HANDWRITTEN = "handwritten"
AMENDED = "amended"


@dataclass(frozen=True)
class Bilingual(Record):
    """One text in Vietnamese and in English."""

    vi: str
    en: str


@dataclass(frozen=True)
class Mark(Record):
    """A mark of accreditation or designation as words and number; only when a result is in its scope that day."""

    name: Bilingual
    number: str
    kind: str = "accreditation"  # or "designation"


@dataclass(frozen=True)
class IssueFields(Record):
    """What only issuing knows; left out of the hash that the signatory saw."""

    number: str  # 7.8.2.1 d, unique identification
    issued_on: dt.date  # 7.8.2.1 j
    approved_at: str  # 7.8.2.1 o: ISO 8601 with offset, "2026-11-20T16:42:05+07:00"
    token: str  # random, 128 bits: the address of the public page
    check_code: str  # 12 characters in groups of four, typed together with the number
    verify_url: str  # what the QR code holds
    audit_head: str  # head of the centre's chain after numbering, hexadecimal


@dataclass(frozen=True)
class IssuingBody(Record):
    """The laboratory that issues (7.8.2.1 b)."""

    code: str
    parent: Bilingual | None
    name: Bilingual
    address: Bilingual
    telephone: str | None
    city: Bilingual  # before the date above the signatures
    monogram: str
    accent: str  # "#12365C"; decorates, carries no meaning
    national_header: bool
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class CustomerFields(Record):
    """The customer's name and contact (7.8.2.1 e)."""

    name: str
    address: str


@dataclass(frozen=True)
class ItemProperty(Record):
    """A further fact about the item: density, firmware, resolution."""

    label: Bilingual
    text: Bilingual  # as printed, in each language


@dataclass(frozen=True)
class ItemFields(Record):
    """Description, unambiguous identification and condition of the item (7.8.2.1 g); date received (h)."""

    name: Bilingual
    maker: str | None
    model: str | None
    serial_number: str | None
    customer_asset_code: str | None
    accuracy_class: str | None
    material: Bilingual | None
    condition: Bilingual
    received_on: dt.date | None
    properties: tuple[ItemProperty, ...] = ()
    customer_supplied: tuple[str, ...] = ()  # 7.8.2.2: names of the fields above that print a dagger


@dataclass(frozen=True)
class EnvironmentLine(Record):
    """One condition that influences the result (7.8.4.1 b)."""

    quantity: Bilingual
    text: str  # canonical numbers in a phrase: "(20.1 ± 0.3)"
    unit: str


@dataclass(frozen=True)
class Performance(Record):
    """When (7.8.2.1 i), where (c), in which environment (7.8.4.1 b), by which method (f), with which deviations (n)."""

    started_on: dt.date
    finished_on: dt.date
    place: Bilingual
    environment: tuple[EnvironmentLine, ...]
    method: Bilingual
    method_documents: tuple[str, ...]
    procedure_id: str
    procedure_edition: str
    decisions: tuple[Bilingual, ...] = ()
    deviations: tuple[Bilingual, ...] = ()  # from the method, with the customer's acceptance (7.2.1.7)
    sampling: Bilingual | None = None  # when, where, how, and by which plan (7.8.5)
    location: str = "laboratory"  # "laboratory" | "customer" | "laboratoryBranch" | "customerBranch" | "other"


@dataclass(frozen=True)
class Condition(Record):
    """The condition at which a column of a matrix was measured: what it is called, and its value with its unit."""

    label: Bilingual
    value: str
    unit: str


@dataclass(frozen=True)
class Column(Record):
    """One column of a results table, with its unit in the head."""

    key: str
    label: Bilingual
    unit: str | None = None
    symbol: str | None = None  # printed italic in place of the Vietnamese label: "U", "k"
    emphasis: bool = False  # results and U stand in SemiBold
    signed: bool = False  # errors and deviations carry + or -
    kind: str = "number"  # or "text", "bilingual" ("vi|en"), "verdict" ("pass", "fail", ...), "plot", "mark"
    # "nominal", "reference", "indication", "value", "measurement_error", "correction", "deviation", "limit"
    role: str | None = None
    phase: str | None = None  # side by side in one table: "as_found" | "as_left" (7.8.4.1 d)
    plot: ErrorPlot | None = None
    span: Bilingual | None = None  # a head over neighbours with one condition, "1 kHz": the columns of a matrix
    condition: Condition | None = None  # the same for machines

    @property
    def group(self) -> Bilingual | str | None:
        """What it shares with its neighbours: the condition of a matrix, or the phase."""
        return self.span or self.phase


@dataclass(frozen=True)
class UnitRow(Record):
    """A range of a results table: it opens before a row and states that range's own units."""

    before_row: int
    label: Bilingual
    units: tuple[str | None, ...] = ()  # one per column, or none at all: then the head's units hold


@dataclass(frozen=True)
class ResultTable(Record):
    """Results with their units (7.8.2.1 m) and uncertainty (7.8.4.1 a); None is "not measured"."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]
    title: Bilingual | None = None
    ranges: tuple[UnitRow, ...] = ()
    phase: str | None = None  # 7.8.4.1 d: "as_found" | "as_left" | "before_repair" | "after_repair"


@dataclass(frozen=True)
class AnswerLine(Record):
    """A further line of the panel for many points: "Sai số lớn nhất  +0,03 mm"."""

    label: Bilingual
    value: str
    unit: str
    signed: bool = False


@dataclass(frozen=True)
class OutcomeCount(Record):
    """How many points conform, before or after an adjustment, or at all."""

    passed: int
    failed: int
    undecided: int
    phase: str | None = None


@dataclass(frozen=True)
class AnswerPanel(Record):
    """The answer on page one: one result with its uncertainty, or the number of points and what matters of them."""

    label: Bilingual
    value: str | None = None
    expanded_uncertainty: str | None = None
    unit: str | None = None
    coverage_factor: str | None = None
    coverage_probability: str | None = None  # "0.9545"
    lower: str | None = None  # an asymmetric coverage interval is given by its ends
    upper: str | None = None
    points: int | None = None  # the count form: how many points were calibrated
    lines: tuple[AnswerLine, ...] = ()
    outcomes: tuple[OutcomeCount, ...] = ()


@dataclass(frozen=True)
class CoverageStatement(Record):
    """What the U statement says (ILAC-P14:09/2020): coverage factor, probability and whether the result is normal."""

    coverage_factor: str | None  # None: k differs from point to point and has its own column
    coverage_probability: str  # "0.9545"
    normal: bool  # k = 2 from the normal distribution; otherwise the wording says where k comes from
    effective_dof: str | None = None
    distribution: Bilingual | None = None  # the output's own distribution, where k was taken from it


@dataclass(frozen=True)
class BudgetLine(Record):
    """One contribution to the uncertainty; the share is of u squared."""

    label: Bilingual
    evaluation_type: str  # "A" | "B" | ""
    standard_uncertainty: str
    share: str  # percent, "59"
    note: Bilingual | None = None  # below the label: between which points a value was interpolated


@dataclass(frozen=True)
class Budget(Record):
    """The uncertainty contributions, if the procedure prints them."""

    unit: str
    lines: tuple[BudgetLine, ...]
    combined: str


@dataclass(frozen=True)
class Conformity(Record):
    """A statement of conformity, its specification, rule and the result it covers (7.8.4.1 e, 7.8.6)."""

    specification: Bilingual  # in full: "cấp chính xác M₁, OIML R 111-1:2004"
    verdict: str  # "pass" | "conditional_pass" | "cannot_be_stated" | "conditional_fail" | "fail"
    rule: str  # "simple" | "guarded" | "guarded_acceptance" | "guarded_rejection" | "non_binary"
    unit: str
    limit_lower: str | None = None
    limit_upper: str | None = None
    guard_band: str | None = None
    value: str | None = None  # the error or deviation judged; None where every row carries its own verdict
    expanded_uncertainty: str | None = None
    short: Bilingual | None = None  # for the panel: "cấp M₁"
    source: Bilingual | None = None  # where the rule is prescribed: "OIML R 111-1, 5.2"
    risk: str | None = None  # specific risk that the statement is wrong, per cent; "0.00" where it is smaller than 0.01


@dataclass(frozen=True)
class ChainNode(Record):
    """One link of the traceability chain as it stood on the day of measurement (7.8.4.1 c)."""

    level: str  # "si" | "national" | "principal" | "reference" | "working" | "transfer" | "item"
    name: Bilingual
    code: str | None = None
    laboratory: Bilingual | None = None
    certificate_number: str | None = None
    performed_on: dt.date | None = None
    expanded_uncertainty: str | None = None
    unit: str | None = None
    is_item: bool = False
    branch: int = 0  # nodes of one branch stand in order from the SI downwards; the item closes every branch
    certificate_sha256: str | None = None  # of the file of that certificate, where the record holds it
    note: Bilingual | None = None  # how its result was used: interpolated between two calibrated points


@dataclass(frozen=True)
class Signatory(Record):
    """Who authorises the certificate (7.8.2.1 o)."""

    name: str
    title: Bilingual


@dataclass(frozen=True)
class People(Record):
    """The persons of the three acts."""

    performed_by: str
    reviewed_by: str
    signatory: Signatory
    officer_card: str | None = None  # number of the verification officer's card: of who performed


@dataclass(frozen=True)
class Change(Record):
    """One thing that the replaced certificate said otherwise (7.8.8.1), as it is printed."""

    place: str  # "item.serial_number"; "results.0.3" is the fourth row of the first table
    label: Bilingual
    before: Bilingual
    after: Bilingual
    listed: bool = True  # False: it has its bar in the margin only


@dataclass(frozen=True)
class Replaces(Record):
    """The certificate that this one replaces or amends, and why (7.8.8).

    A reason that was given in one language is empty in the other.
    """

    number: str
    issued_on: dt.date
    reason: Bilingual
    file_sha256: str | None = None  # of the replaced file as issued
    change: str = "substituted"  # "substituted" by a whole new certificate | "amended" by a supplement
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class SealNumber(Record):
    """A numbered label or seal on the instrument, and where (Circular 24/2013, Article 39)."""

    kind: str  # "label" | "seal"
    number: str
    place: Bilingual | None = None


@dataclass(frozen=True)
class Verification(Record):
    """What the law adds to a verification: its period with the regulation, the last valid day, labels and seals."""

    regulation: Bilingual
    period_months: int  # 0: no period is laid down
    valid_until: dt.date | None  # None: it failed, and is valid on no day; or no period is laid down
    seals: tuple[SealNumber, ...] = ()
    regime: str | None = None  # "initial" | "periodic" | "after_repair"
    void: tuple[SealNumber, ...] = ()  # of the verification before, void since this one failed


@dataclass(frozen=True)
class CertificateContent(Record):
    """Everything one calibration certificate says, frozen (ISO/IEC 17025:2017, 7.8.2 and 7.8.4)."""

    kind: str  # "calibration" | "verification" | "testing"; 7.8.2.1 a
    languages: str  # "vi-en" | "en"
    demonstration: bool
    body: IssuingBody
    customer: CustomerFields
    item: ItemFields
    performance: Performance
    results: tuple[ResultTable, ...]
    answer: AnswerPanel
    coverage_statement: CoverageStatement
    traceability: tuple[ChainNode, ...]
    people: People
    issue: IssueFields | None = None
    budget: Budget | None = None
    conformity: Conformity | None = None
    statements: tuple[Bilingual, ...] = ()  # 7.8.2.1 k, n, p; 7.8.7
    other_equipment: tuple[Bilingual, ...] = ()
    replaces: Replaces | None = None
    measurand: str | None = None  # key of data/quantities.toml: "conventional mass"
    adjustment: Bilingual | None = None  # 7.8.4.1 d: what was adjusted between the results as found and as left
    verification: Verification | None = None
    curve: Curve | None = None
    signature_mode: str = HANDWRITTEN  # "digital", or "test": digital with keys of the laboratory's test authority
    data_attachments: tuple[str, ...] = ()  # names of the files that are carried beside the DCC

    @property
    def amends(self) -> bool:
        """Whether it is an amendment: a further document that changes what another one says (7.8.8.2)."""
        return self.replaces is not None and self.replaces.change == AMENDED

    def with_issue(self, issue: IssueFields) -> CertificateContent:
        """The same content with the fields that only issuing knows."""
        return dataclasses.replace(self, issue=issue)


def content_hash(content: CertificateContent, *, without_issue_fields: bool) -> str:
    """SHA-256 of the content.

    Args:
        content: the certificate.
        without_issue_fields: True gives `seen`, the hash of what a signatory sees before there is a number.

    Returns:
        64 hexadecimal digits.
    """
    kept = dataclasses.replace(content, issue=None) if without_issue_fields else content
    return canonical_hash(kept.to_json())
