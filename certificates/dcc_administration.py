"""The administrative data of a DCC: software, refTypes, core data, item, laboratory, persons, customer, statements."""

from __future__ import annotations

from collections.abc import Iterator

from certificates.content import Bilingual, CertificateContent, Change, IssueFields, ItemFields
from certificates.dcc_elements import BLANKS, Element, Paper, dcc
from certificates.dsi import dsi_unit
from certificates.edition import Edition, edition_of
from certificates.legal_facts import legal_statements
from certificates.typesetting import ASTERISK

COUNTRY = "VN"
BASIC_LINK = "https://digilab.ptb.de/dkd/refType/vocab/index.php?tema=2"
MASS_LINK = "https://doi.org/10.7795/550.20240119B"
OWN_LINK = "urn:chuan:dcc:refType:1"
SHA256 = "SHA-256"
CUSTOMER_FIELDS = {
    "name": "item", "maker": "maker", "model": "model", "serial_number": "serial", "material": "material",
    "customer_asset_code": "asset_code", "accuracy_class": "class", "condition": "condition", "received_on": "received",
}  # fmt: skip
"""Field of the item -> the label by which the certificate prints it."""


def administrative_data(
    content: CertificateContent, issue: IssueFields, paper: Paper, release: str, namespaces: set[str]
) -> Element:
    """Everything of the certificate but its results.

    Args:
        content: the certificate.
        issue: its issue fields.
        paper: the DCC being written.
        release: of this software, "v0.1.0".
        namespaces: of the refTypes that the results use.

    Source:
        ISO/IEC 17025:2017, 7.8.2.1 and 7.8.4.1; DCC 3.3.0, administrativeDataType.
    """
    return dcc(
        "administrativeData",
        dcc("dccSoftware", software(paper, release)),
        _definitions(paper, namespaces),
        _core_data(content, issue, paper),
        dcc("items", _item(content, paper)),
        _laboratory(content, paper),
        _persons(content, paper),
        _customer(content, paper),
        dcc("statements", *_statements(content, issue, paper)),
    )


def software(paper: Paper, release: str) -> Element:
    """This program; PTB's Schematron wants a release like v1.2.3."""
    return dcc("software", paper.word("name", "software"), dcc("release", release), dcc("type", "application"))


def _definitions(paper: Paper, namespaces: set[str]) -> Element:
    known = {"basic": BASIC_LINK, "mass": MASS_LINK, "chuan": OWN_LINK}
    made = [
        dcc(
            "refTypeDefinition",
            paper.word("name", f"namespace_{name}"),
            dcc("namespace", name),
            dcc("link", known[name]),
        )
        for name in sorted(namespaces | {"basic"})
    ]
    return dcc("refTypeDefinitions", *made)


def _core_data(content: CertificateContent, issue: IssueFields, paper: Paper) -> Element:
    done, before = content.performance, content.replaces
    changed = previous = None
    if before is not None:
        changed = dcc(
            "reportAmendedSubstituted",
            dcc("typeOfChange", before.change),
            dcc("replacedUniqueIdentifier", before.number),
        )
        if before.file_sha256:
            known = "amendment.previous_certificate" if content.amends else "dcc.previous_certificate"
            referral = edition_of(content).say(known, number=before.number, date=before.issued_on.isoformat())
            previous = _hash(paper, "previousReport", referral, before.number, before.file_sha256)
    received = content.item.received_on
    return dcc(
        "coreData",
        dcc("countryCodeISO3166_1", COUNTRY),
        *(dcc("usedLangCodeISO639_1", language) for language in paper.languages),
        dcc("mandatoryLangCodeISO639_1", paper.languages[0]),
        dcc("uniqueIdentifier", issue.number),
        dcc(
            "identifications",
            _identification(paper, "calibrationLaboratory", issue.check_code, "check_code"),
        ),
        dcc("receiptDate", received.isoformat()) if received else None,
        dcc("beginPerformanceDate", done.started_on.isoformat()),
        dcc("endPerformanceDate", done.finished_on.isoformat()),
        dcc("performanceLocation", done.location),
        dcc("issueDate", issue.issued_on.isoformat()),
        changed,
        previous,
    )


def _hash(paper: Paper, tag: str, referral: Bilingual, number: str, sha256: str, *further: Element | None) -> Element:
    return dcc(
        tag,
        paper.text("referral", referral),
        dcc("referralID", number),
        dcc("procedure", SHA256),
        dcc("value", sha256),
        *further,
    )


def certificate_hash(
    paper: Paper, tag: str, referral: Bilingual, number: str, sha256: str, linked: Element | None = None
) -> Element:
    """The certificate of a standard with the hash of its file, and the certificate that this one rests on."""
    return _hash(paper, tag, referral, number, sha256, dcc("traceable", "true"), linked)


def _identification(paper: Paper, issuer: str, value: str, name: str) -> Element:
    return dcc("identification", dcc("issuer", issuer), dcc("value", value), paper.word("name", name))


def identifications(paper: Paper, *known: tuple[str, str | None, str]) -> Element | None:
    """The identifications that there are, each as (issuer, value, key of its name)."""
    found = [_identification(paper, issuer, value, name) for issuer, value, name in known if value and value.strip()]
    return dcc("identifications", *found) if found else None


def _item(content: CertificateContent, paper: Paper) -> Element:
    item = content.item
    quantities = [
        dcc("itemQuantity", paper.text("name", label), paper.text("noQuantity", text))
        for label, text in _properties(item, edition_of(content))
    ]
    return dcc(
        "item",
        paper.text("name", item.name),
        paper.word("description", "condition", condition=item.condition),
        dcc("manufacturer", paper.text("name", item.maker)) if item.maker and _said(item.maker) else None,
        dcc("model", item.model) if _said(item.model) else None,
        identifications(
            paper,
            ("manufacturer", item.serial_number, "serial_number"),
            ("customer", item.customer_asset_code, "asset_code"),
        ),
        dcc("itemQuantities", *quantities) if quantities else None,
    )


def _said(text: str | None) -> bool:
    return bool(text and text.strip(BLANKS))


def _properties(item: ItemFields, edition: Edition) -> Iterator[tuple[Bilingual, Bilingual]]:
    if _said(item.accuracy_class):
        yield edition.say("label_class"), Bilingual(item.accuracy_class or "", item.accuracy_class or "")
    if item.material:
        yield edition.say("label_material"), item.material
    for each in item.properties:
        yield each.label, each.text


def _laboratory(content: CertificateContent, paper: Paper) -> Element:
    body = content.body
    accredited = [mark.number for mark in body.marks if mark.kind == "accreditation"]
    return dcc(
        "calibrationLaboratory",
        dcc("calibrationLaboratoryCode", accredited[0]) if accredited else None,
        dcc(
            "contact",
            paper.text("name", body.name),
            dcc("phone", body.telephone) if _said(body.telephone) else None,
            dcc(
                "location",
                dcc("countryCode", COUNTRY),
                dcc("city", body.city.vi if paper.languages[0] == "vi" else body.city.en),
                paper.text("further", body.address),
            ),
        ),
    )


def _persons(content: CertificateContent, paper: Paper) -> Element:
    people, performed = content.people, edition_of(content).say("sign_performed_by")
    signatory = dcc(
        "respPerson",
        dcc("person", paper.text("name", people.signatory.name)),
        paper.text("description", people.signatory.title) if people.signatory.title.vi else None,
        dcc("role", paper.say("role_signatory").en),
        dcc("mainSigner", "true"),
    )
    others = [
        dcc(
            "respPerson",
            dcc("person", paper.text("name", name)),
            dcc("role", role.en),
            dcc("mainSigner", "false"),
        )
        for name, role in ((people.performed_by, performed), (people.reviewed_by, paper.say("role_reviewed")))
    ]
    return dcc("respPersons", signatory, *others)


def _customer(content: CertificateContent, paper: Paper) -> Element:
    customer = content.customer
    return dcc(
        "customer",
        paper.text("name", customer.name),
        dcc("location", paper.text("further", customer.address)),
    )


def _statements(content: CertificateContent, issue: IssueFields, paper: Paper) -> Iterator[Element]:
    """What the certificate states beside its numbers, each under a name of its own."""
    edition = edition_of(content)

    def stated(name: str | Bilingual, text: Bilingual, *further: Element) -> Element:
        title = paper.say(name) if isinstance(name, str) else name
        return dcc("statement", paper.text("name", title), *further, paper.text("declaration", text))

    yield stated("statement_kind", edition.say("title"))
    if content.demonstration:
        yield stated("statement_demonstration", edition.say("band_demonstration"))
    for mark in content.body.marks:
        yield stated(mark.name, Bilingual(mark.number, mark.number))
    yield stated("statement_place", content.performance.place)
    yield _traceability(content, paper, edition)
    yield stated("statement_item", edition.say("note_item"))
    yield stated("statement_copy", edition.say("note_copy"))
    check = paper.say("statement_verification_text", code=issue.check_code)
    yield stated("statement_verification", check, dcc("link", issue.verify_url))
    record = paper.say("statement_chain", head=issue.audit_head, approved=issue.approved_at)
    yield stated("statement_chain_name", record)
    for name, said in _of_what_is_changed(content, edition):
        yield stated(name, said)
    if content.replaces:
        reason = paper.as_given("declaration", content.replaces.reason)
        yield dcc("statement", paper.text("name", edition.say("amendment.reason")), reason)
    for name, said in _of_the_work(content, paper, edition):
        yield stated(name, said)
    if content.item.customer_supplied:
        yield stated("statement_customer", _supplied(content, paper, edition))
    for name, text in legal_statements(content, edition):
        yield stated(name, text)
    for remark in content.statements:
        yield stated("statement_remark", remark)
    yield from _units(content, paper)


def _of_what_is_changed(content: CertificateContent, edition: Edition) -> Iterator[tuple[Bilingual, Bilingual]]:
    """Name and text of which certificate is replaced or amended, and of each change (7.8.8)."""
    before = content.replaces
    if before is None:
        return
    key = "amendment.statement" if content.amends else "dcc.statement_replaces"
    yield edition.say(key), edition.say(f"{key}_text", number=before.number, date=before.issued_on.isoformat())
    for one in before.changes:
        if one.listed:
            yield one.label, _change_text(one)


def _change_text(change: Change) -> Bilingual:
    """What a certificate that was replaced said, and what this one says."""
    return Bilingual(f"{change.before.vi} → {change.after.vi}", f"{change.before.en} → {change.after.en}")


def _of_the_work(content: CertificateContent, paper: Paper, edition: Edition) -> Iterator[tuple[Bilingual, Bilingual]]:
    """Name and text of what differed from the method, of the sampling, and of decisions (7.8.2.1 n, 7.8.5)."""
    done = content.performance
    for deviation in done.deviations:
        yield edition.say("deviations.label"), deviation
    if done.sampling:
        yield edition.say("deviations.label_sampling"), done.sampling
    for decision in done.decisions:
        yield paper.say("statement_decision"), decision


def plain(text: Bilingual) -> Bilingual:
    """A sentence of ours without the marks that print its symbols in italic."""
    return Bilingual(*(said.replace("*", "").replace(ASTERISK, "*") for said in (text.vi, text.en)))


def _supplied(content: CertificateContent, paper: Paper, edition: Edition) -> Bilingual:
    labels = [edition.say(f"label_{CUSTOMER_FIELDS.get(name, 'item')}") for name in content.item.customer_supplied]
    names = Bilingual(", ".join(one.vi for one in labels), ", ".join(one.en for one in labels))
    return paper.say("statement_customer_text", fields=names)


def _traceability(content: CertificateContent, paper: Paper, edition: Edition) -> Element:
    """The chain in words, from the SI downwards, branch by branch."""
    words = {"vi": "", "en": ""}
    for branch in sorted({node.branch for node in content.traceability if not node.is_item}):
        nodes = [node for node in content.traceability if node.branch == branch and not node.is_item]
        for language in words:
            parts = []
            for node in nodes:
                part = [getattr(node.name, language), node.code or "", node.certificate_number or ""]
                part.append(node.performed_on.isoformat() if node.performed_on else "")
                part.append(getattr(node.note, language) if node.note else "")
                if node.expanded_uncertainty:
                    of = Edition("vi-en" if language == "vi" else "en")
                    part.append(f"U = {of.number(node.expanded_uncertainty)} {of.unit(node.unit)}".strip())
                parts.append(", ".join(one for one in part if one))
            words[language] += " → ".join(parts) + ". "
    text = Bilingual(words["vi"], words["en"])
    note = edition.say("chain_note")
    said = Bilingual(f"{text.vi}{plain(note).vi}", f"{text.en}{plain(note).en}")
    return dcc(
        "statement",
        paper.word("name", "statement_traceability"),
        dcc("traceable", "true"),
        paper.text("declaration", said),
    )


def _units(content: CertificateContent, paper: Paper) -> Iterator[Element]:
    """The definition of every unit outside D-SI that a result uses."""
    names = {column.unit for table in content.results for column in table.columns if column.unit}
    names |= {unit for table in content.results for row in table.ranges for unit in row.units if unit}
    if content.conformity:
        names.add(content.conformity.unit)
    for name in sorted(names):
        unit = dsi_unit(name)
        if unit.definition:
            yield dcc(
                "statement",
                paper.word("name", "statement_unit"),
                dcc("nonSIDefinition", unit.definition),
                dcc("nonSIUnit", unit.si),
            )
