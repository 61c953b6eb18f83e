"""Digital Calibration Certificate -> ForeignCalibration: whoever wrote it, and whatever the file is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from certificates.dcc_elements import DCC
from certificates.dcc_numbers import series_of
from certificates.dcc_schema import DccSchemas
from certificates.foreign import (
    ForeignCalibration,
    ForeignCondition,
    ForeignConformity,
    ForeignEquipment,
    ForeignIdentification,
    ForeignItem,
    ForeignMethod,
    ForeignParty,
    ForeignQuantity,
    ForeignReport,
    ForeignResult,
    ForeignText,
)
from certificates.hostile_xml import read_hostile
from uncertainty.errors import Invalid

ROOT = f"{{{DCC}}}digitalCalibrationCertificate"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
NAMES = {"dcc": DCC}
MOST_VALUES = 500_000
BLANK = re.compile("[ \t\r\n]+")


def read_dcc(file: bytes, schemas: DccSchemas) -> ForeignCalibration:
    """What a DCC of anybody says.

    A signature, if there is one, is not judged here; `verify_dcc` does.

    Args:
        file: the bytes of the file.
        schemas: of the DCC versions that are accepted.

    Raises:
        Invalid: hostile or no XML, no DCC, of an unknown version, against its schema, or contradicting itself; the
            line is named where there is one.
    """
    root = read_hostile(file)
    if root.tag != ROOT:
        raise Invalid("dcc.not_dcc", root=str(root.tag)[:120])
    version = root.get("schemaVersion", "")
    if version not in schemas.by_version:
        raise Invalid("dcc.version_unknown", version=version[:20], known=", ".join(schemas.versions))
    schemas.check(root, version)
    found = _calibration(root, version)
    parts = [one.quantities for one in found.results]
    parts += [one.quantities for one in found.conditions] + [one.quantities for one in found.conformity]
    if sum(len(form.values) for part in parts for one in part for form in one.forms) > MOST_VALUES:
        raise Invalid("dcc.too_many_values", most=MOST_VALUES)
    return found


def _calibration(root: Any, version: str) -> ForeignCalibration:
    data, results = root.find("dcc:administrativeData", NAMES), root.find("dcc:measurementResults", NAMES)
    core, parts = data.find("dcc:coreData", NAMES), results.findall("dcc:measurementResult", NAMES)
    places = [results, *parts]
    signers = data.findall("dcc:respPersons/dcc:respPerson", NAMES)
    main = [one for one in signers if _plain(one, "dcc:mainSigner") in ("true", "1")] or signers[:1]
    return ForeignCalibration(
        schema_version=version,
        number=_plain(core, "dcc:uniqueIdentifier"),
        country=_plain(core, "dcc:countryCodeISO3166_1"),
        languages=tuple(one.text or "" for one in core.findall("dcc:usedLangCodeISO639_1", NAMES)),
        laboratory=_party(data.find("dcc:calibrationLaboratory", NAMES), "dcc:contact/"),
        customer=_party(data.find("dcc:customer", NAMES), ""),
        items=tuple(_item(one) for one in data.findall("dcc:items/dcc:item", NAMES)),
        signatory=_text(main[0], "dcc:person/dcc:name").text("vi") if main else "",
        received_on=_date(core, "dcc:receiptDate"),
        started_on=_needed(core, "dcc:beginPerformanceDate"),
        finished_on=_needed(core, "dcc:endPerformanceDate"),
        issued_on=_date(core, "dcc:issueDate"),
        location=_plain(core, "dcc:performanceLocation"),
        change=_plain(core, "dcc:reportAmendedSubstituted/dcc:typeOfChange"),
        replaces=_plain(core, "dcc:reportAmendedSubstituted/dcc:replacedUniqueIdentifier"),
        previous=_report(core.find("dcc:previousReport", NAMES)),
        methods=tuple(_method(one) for at in places for one in at.findall("dcc:usedMethods/dcc:usedMethod", NAMES)),
        equipment=tuple(
            _equipment(one)
            for at in places
            for one in at.findall("dcc:measuringEquipments/dcc:measuringEquipment", NAMES)
        ),
        conditions=tuple(one for at in places for one in _conditions(at)),
        results=tuple(one for at in parts for one in _results(at)),
        conformity=tuple(one for at in places for one in _conformity(at)),
        statements=tuple(_text(one, "dcc:declaration") for one in data.findall("dcc:statements/dcc:statement", NAMES)),
        signed=root.find(SIGNATURE) is not None,
    )


def _plain(parent: Any | None, path: str) -> str:
    """The text of an element; empty where there is none."""
    return "" if parent is None else (parent.findtext(path, default="", namespaces=NAMES) or "").strip()


def _text(parent: Any | None, path: str) -> ForeignText:
    """A text with its languages."""
    found = None if parent is None else parent.find(path, NAMES)
    if found is None:
        return ForeignText()
    contents = found.findall("dcc:content", NAMES)
    return ForeignText(tuple((one.get("lang", ""), (one.text or "").strip()) for one in contents))


def _day(text: str) -> dt.date:
    """A date of XML Schema, whose time zone, if it has one, is left out."""
    return dt.date.fromisoformat(text[:10])


def _date(parent: Any, path: str) -> dt.date | None:
    text = _plain(parent, path)
    return _needed(parent, path) if text else None


def _needed(parent: Any, path: str) -> dt.date:
    try:
        return _day(_plain(parent, path))
    except ValueError:  # the schema allows years that no calendar of ours has
        element = parent.find(path, NAMES)
        why = f"{path.removeprefix('dcc:')} {_plain(parent, path)[:40]}"
        raise Invalid("dcc.schema_violation", line=element.sourceline, why=why, more=0) from None


def _refs(element: Any) -> tuple[str, ...]:
    return tuple(element.get("refType", "").split())


def _party(element: Any | None, inner: str) -> ForeignParty:
    return ForeignParty(
        name=_text(element, f"{inner}dcc:name"),
        code=_plain(element, "dcc:calibrationLaboratoryCode"),
        country=_plain(element, f"{inner}dcc:location/dcc:countryCode"),
        city=_plain(element, f"{inner}dcc:location/dcc:city"),
    )


def _identifications(element: Any) -> tuple[ForeignIdentification, ...]:
    return tuple(
        ForeignIdentification(_plain(one, "dcc:issuer"), _plain(one, "dcc:value"), _text(one, "dcc:name"))
        for one in element.findall("dcc:identifications/dcc:identification", NAMES)
    )


def _item(element: Any) -> ForeignItem:
    return ForeignItem(
        name=_text(element, "dcc:name"),
        description=_text(element, "dcc:description"),
        manufacturer=_text(element, "dcc:manufacturer/dcc:name"),
        model=_plain(element, "dcc:model"),
        identifications=_identifications(element),
    )


def _report(element: Any | None) -> ForeignReport | None:
    if element is None:
        return None
    return ForeignReport(
        number=_plain(element, "dcc:referralID"),
        procedure=_plain(element, "dcc:procedure"),
        value=_plain(element, "dcc:value"),
        referral=_text(element, "dcc:referral"),
        linked=_report(element.find("dcc:linkedReport", NAMES)),
    )


def _method(element: Any) -> ForeignMethod:
    norms = tuple((one.text or "").strip() for one in element.findall("dcc:norm", NAMES))
    return ForeignMethod(_text(element, "dcc:name"), _refs(element), norms)


def _equipment(element: Any) -> ForeignEquipment:
    certificate = _report(element.find("dcc:certificate", NAMES))
    return ForeignEquipment(_text(element, "dcc:name"), _refs(element), _identifications(element), certificate)


def _conditions(at: Any) -> Iterator[ForeignCondition]:
    for one in at.findall("dcc:influenceConditions/dcc:influenceCondition", NAMES):
        quantities = tuple(_quantities(one.find("dcc:data", NAMES), ()))
        yield ForeignCondition(_text(one, "dcc:name"), _refs(one), _plain(one, "dcc:status"), quantities)


def _results(at: Any) -> Iterator[ForeignResult]:
    """The results of one measurement, with the status that its conditions give them."""
    states = [_plain(one, "dcc:status") for one in at.findall("dcc:influenceConditions/dcc:influenceCondition", NAMES)]
    status = next((one for one in states if one), "")
    for one in at.findall("dcc:results/dcc:result", NAMES):
        quantities = tuple(_quantities(one.find("dcc:data", NAMES), ()))
        yield ForeignResult(_text(one, "dcc:name"), _refs(one), status, quantities)


def _quantities(data: Any | None, group: tuple[int, ...]) -> Iterator[ForeignQuantity]:
    """The quantities of some data, through the lists in it."""
    if data is None:
        return
    lists, name = 0, _text(data, "dcc:name") if group else ForeignText()
    for child in data:
        if child.tag == f"{{{DCC}}}list":
            yield from _quantities(child, (*group, lists))
            lists += 1
        elif child.tag == f"{{{DCC}}}quantity":
            yield _quantity(child, group, name)


def _quantity(element: Any, group: tuple[int, ...], group_name: ForeignText) -> ForeignQuantity:
    name = _text(element, "dcc:name")
    words = tuple(one.replace("\u00a0", " ") for one in BLANK.split(_plain(element, "dcc:charsXMLList")) if one)
    said = _text(element, "dcc:noQuantity")
    return ForeignQuantity(
        name=name,
        ref_types=_refs(element),
        group=group,
        group_name=group_name,
        forms=series_of(element, name.text("en")),
        words=words or tuple(text for _, text in said.parts),
        conformity=tuple(
            outcome
            for one in element.findall("dcc:measurementMetaData/dcc:metaData", NAMES)
            for outcome in _outcomes(one)
        ),
    )


def _outcomes(meta: Any) -> tuple[str, ...]:
    return tuple(f"{_plain(meta, 'dcc:conformity')} {_plain(meta, 'dcc:conformityXMLList')}".split())


def _conformity(at: Any) -> Iterator[ForeignConformity]:
    for meta in at.findall("dcc:measurementMetaData/dcc:metaData", NAMES):
        outcomes = _outcomes(meta)
        if outcomes:
            yield ForeignConformity(
                name=_text(meta, "dcc:name"),
                specification=_text(meta, "dcc:description"),
                rule=_text(meta, "dcc:declaration"),
                norms=tuple(
                    (one.text or "").strip()
                    for path in ("dcc:norm", "dcc:reference")
                    for one in meta.findall(path, NAMES)
                ),
                outcomes=outcomes,
                quantities=tuple(_quantities(meta.find("dcc:data", NAMES), ())),
            )
