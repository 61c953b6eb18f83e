"""How a DCC says what was done: methods, standards with their certificates, conditions."""

from __future__ import annotations

import re
from decimal import Decimal

from certificates.content import Bilingual, CertificateContent, ChainNode, EnvironmentLine
from certificates.dcc_administration import certificate_hash, identifications, plain
from certificates.dcc_elements import Element, Paper, Series, dcc, numbers
from certificates.edition import Edition, edition_of
from certificates.result_sections import uncertainty_statement

GUM = "JCGM 100:2008"
_N = r"(-?[0-9]+(?:\.[0-9]+)?)"
ONE = re.compile(_N)
BETWEEN = re.compile(rf"{_N} … {_N}")
ABOUT = re.compile(rf"\({_N} ± {_N}\)")
CONDITIONS = {
    "degC": "basic_temperature", "K": "basic_temperature", "% RH": "basic_humidityRelative",
    "%": "basic_humidityRelative", "hPa": "chuan_pressure", "Pa": "chuan_pressure", "kPa": "chuan_pressure",
}  # fmt: skip
"""Unit of an environmental condition -> the refType of its quantity."""
PHASES = {
    "as_found": "beforeAdjustment", "as_left": "afterAdjustment", "before_repair": "beforeRepair",
    "after_repair": "afterRepair",
}  # fmt: skip
"""Phase of a results table -> the schema's status."""
PHASE_NAMES = {
    "beforeAdjustment": "before_adjustment", "afterAdjustment": "after_adjustment", "beforeRepair": "before_repair",
    "afterRepair": "after_repair",
}  # fmt: skip


def used_methods(content: CertificateContent, paper: Paper) -> Element:
    """The calibration method with its documents and procedure; how uncertainty was evaluated, and where k is from."""
    done, edition = content.performance, edition_of(content)
    method = dcc(
        "usedMethod",
        paper.text("name", done.method),
        paper.word("description", "procedure", procedure=done.procedure_id, edition=done.procedure_edition),
        *(dcc("norm", document) for document in done.method_documents if document.strip()),
    )
    uncertainty = dcc(
        "usedMethod",
        paper.word("name", "method_uncertainty"),
        paper.text("description", plain(uncertainty_statement(content, edition))),
        dcc("norm", GUM),
        refType="basic_uncertainty",
    )
    return dcc("usedMethods", method, uncertainty)


def measuring_equipments(content: CertificateContent, paper: Paper) -> Element | None:
    """The standards used, each with its certificate and the chain of certificates above it; then other equipment."""
    made = []
    for branch in sorted({node.branch for node in content.traceability}):
        nodes = [node for node in content.traceability if node.branch == branch and not node.is_item]
        above = [node for node in nodes if node.level != "si"]
        if above:
            made.append(_standard(above, paper))
    made += [dcc("measuringEquipment", paper.text("name", one)) for one in content.other_equipment]
    return dcc("measuringEquipments", *made) if made else None


def _standard(above: list[ChainNode], paper: Paper) -> Element:
    """The lowest standard of a branch; its certificate links to those above it as far as their hashes are known."""
    used = above[-1]
    linked: Element | None = None
    hashed = []
    for node in reversed(above):
        if not (node.certificate_sha256 and node.certificate_number):
            break
        hashed.append(node)
    for node in reversed(hashed):
        number, sha256 = node.certificate_number or "", node.certificate_sha256 or ""
        referral = _referral(node, paper, "certificate_of")
        tag = "certificate" if node is used else "linkedReport"  # the report on which the certificate below it rests
        linked = certificate_hash(paper, tag, referral, number, sha256, linked)
    without = used.certificate_number and not used.certificate_sha256
    told = _referral(used, paper, "certificate_without_hash") if without else None
    return dcc(
        "measuringEquipment",
        paper.text("name", used.name),
        paper.text("description", told) if told else None,
        linked,
        identifications(
            paper,
            ("calibrationLaboratory", used.code, "standard_code"),
            ("other", used.certificate_number, "certificate_number"),
        ),
        refType="basic_normalUsed",
    )


def _referral(node: ChainNode, paper: Paper, key: str) -> Bilingual:
    date = node.performed_on.isoformat() if node.performed_on else "–"
    return paper.say(key, number=node.certificate_number or "–", date=date, laboratory=node.laboratory or "–")


def influence_conditions(content: CertificateContent, paper: Paper, phase: str | None) -> Element:
    """The environment line by line; where the results are of one phase of an adjustment, its status."""
    made = [_condition(line, paper) for line in content.performance.environment]
    if phase is not None:
        status = PHASES[phase]
        name = paper.say(PHASE_NAMES[status])
        made.insert(
            0,
            dcc(
                "influenceCondition",
                paper.text("name", name),
                dcc("status", status),
                dcc("data", paper.text("text", name)),
                refType="basic_adjustment" if "djustment" in status else None,
            ),
        )
    return dcc("influenceConditions", *made)


def _condition(line: EnvironmentLine, paper: Paper) -> Element:
    """One condition: a value, or its smallest and largest; what is no number stays a text."""
    kind = CONDITIONS.get(line.unit)
    found = _limits(line.text)
    quantities: list[Element] = []
    if found is None:
        said = Bilingual(f"{line.text} {line.unit}", f"{line.text} {line.unit}")
        quantities.append(dcc("quantity", paper.text("noQuantity", said)))
    elif len(found) == 1:
        quantities.append(_quantity(paper.text("name", line.quantity), found[0], line, kind))
    else:
        for number, key, end in zip(found, ("minimum", "maximum"), ("Min", "Max"), strict=True):
            name = paper.word("name", key, quantity=line.quantity)
            quantities.append(_quantity(name, number, line, f"{kind}{end}" if kind else None))
    told = None
    if found is not None and len(found) == 2:
        vi, en = (
            f"{of.numbers_in(line.text)} {of.unit(line.unit)}".strip() for of in (Edition("vi-en"), Edition("en"))
        )
        told = paper.text("description", Bilingual(vi, en))
    return dcc("influenceCondition", paper.text("name", line.quantity), told, dcc("data", *quantities), refType=kind)


def _quantity(name: Element, number: str, line: EnvironmentLine, kind: str | None) -> Element:
    return dcc("quantity", name, numbers(Series((number,), line.unit, column=line.quantity.en)), refType=kind)


def _limits(text: str) -> tuple[str, ...] | None:
    """The one number of a phrase, or its two limits: "(20.1 ± 0.3)" lies between 19.8 and 20.4."""
    if ONE.fullmatch(text):
        return (text,)
    if between := BETWEEN.fullmatch(text):
        return between[1], between[2]
    if about := ABOUT.fullmatch(text):
        middle, half = Decimal(about[1]), Decimal(about[2])
        return format(middle - half, "f"), format(middle + half, "f")
    return None
