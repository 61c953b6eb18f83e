"""The facts below a verdict on the public page: what the record says, and what the file that was given is worth."""

from datetime import datetime
from typing import Final

from certificates.validating import Examination
from lims.laboratory import Laboratory
from lims.verifying import BROKEN, STANDS, STRANGE, PublicRecord
from ui.numbers import day, day_and_clock, local
from uncertainty.wording import wording

Fact = tuple[str, str, str, str]
"""Label, text, note, tone of the note."""
NO_LONGER: Final = "no_longer"
"""Said of a genuine certificate of a verification where the instrument failed a later one."""
_HEAD_TONES: Final = {STANDS: "ok", STRANGE: "bad", BROKEN: "bad"}
_SIGNATURE_TONES: Final = {"sound": "ok", "broken": "bad"}
_DCC_TONES: Final = {"agrees": "ok", "differs": "bad", "unreadable": "bad"}


def verdict_facts(
    lab: Laboratory, record: PublicRecord, language: str, *, file_sha256: str = "", found: Examination | None = None
) -> tuple[Fact, ...]:
    """The rows below a verdict; none for a certificate that is not known.

    Args:
        lab: for the time zone.
        record: what anyone may know.
        language: `vi` or `en`.
        file_sha256: hash of the file that was given, if one was.
        found: its signatures and its inside.
    """
    if not record.number or record.performed_on is None or record.issued_on is None:
        return ()
    status = record.verdict.verdict
    if status == "genuine" and record.failed_since is not None:
        status = NO_LONGER
    rows = [
        (_label("number", language), record.number, "", ""),
        (_label("status", language), wording(f"public.status_{status}", language), "", ""),
        (_label("service", language), wording(f"screens.service_{record.kind}", language), "", ""),
        (_label("issued_by", language), record.body.text(language) if record.body else "", "", ""),
        (_label("days", language), f"{day(record.performed_on)}, {day(record.issued_on)}", "", ""),
    ]
    rows[2:2] = _amendments(record, language)
    if record.customer is not None:
        rows.append((_label("customer", language), record.customer.text(language), _say("customer_note", language), ""))
    if record.verdict.renewal:
        said = wording("renewal.public_text", language, renewal=record.verdict.renewal)
        rows.append((wording("renewal.public_label", language), said, "", ""))
    rows.append(_hash_fact(record, language, file_sha256))
    rows += _file_facts(lab, language, found)
    if record.head:
        note = _say(f"head_{record.head_word}", language)
        rows.append((_label("head", language), grouped_hash(record.head), note, _HEAD_TONES[record.head_word]))
    if record.verdict.verdict == "altered":  # below such a verdict nothing is green
        rows = [(label, text, note, "" if tone == "ok" else tone) for label, text, note, tone in rows]
    return tuple(rows)


def _amendments(record: PublicRecord, language: str) -> list[Fact]:
    """What has to be read together with the certificate: its amendments, or what it amends."""
    said = []
    for number, issued_on in record.amended_by:
        text = wording("amendment.by_of", language, number=number, day=day(issued_on))
        note = wording("amendment.read_together", language)
        said.append((wording("amendment.label_amended_by", language), text, note, "warn"))
    if record.amends:
        note = wording("amendment.read_with", language)
        said.append((wording("amendment.label_amendment_of", language), record.amends, note, "warn"))
    return said


def _hash_fact(record: PublicRecord, language: str, file_sha256: str) -> Fact:
    """The hash of the issued file, or of the one that was given beside it."""
    if not file_sha256:
        return _label("file_hash", language), grouped_hash(record.file_sha256), "", ""
    if record.verdict.renewal:  # a file of the record too, beside the issued one
        return _label("file_hash", language), grouped_hash(file_sha256), "", "ok"
    same = file_sha256 == record.file_sha256
    issued = grouped_hash(record.file_sha256[:16])
    note = wording("public.same_file", language) if same else wording("public.other_file", language, issued=issued)
    return _label("file_hash", language), grouped_hash(file_sha256), note, "ok" if same else "bad"


def _file_facts(lab: Laboratory, language: str, found: Examination | None) -> list[Fact]:
    """Signatures, time of signing and DCC of a file that claims to be a certificate; names only of trusted signers."""
    if found is None:
        return []
    rows = []
    if found.word != "none":
        note = ""
        if found.word == "sound":
            note = ", ".join(one.holder for one in found.signatures if one.kind == "signature")
            if any(one.test for one in found.signatures):
                note = wording("public.signatures_test", language, names=note)
        said = wording(f"public.signatures_{found.word}", language)
        rows.append((_label("signatures", language), said, note, _SIGNATURE_TONES.get(found.word, "")))
    if found.word in ("sound", "untrusted"):
        first = next((one for one in found.signatures if one.at_by == "authority"), found.signatures[0])
        when = day_and_clock(local(datetime.fromisoformat(first.at), lab.settings.time_zone)) if first.at else "–"
        rows.append((_label("signed_at", language), when, _say(f"signed_at_{first.at_by}", language), ""))
    if found.dcc.pages != "none":
        said = wording(f"public.dcc_{found.dcc.pages}", language, missing=", ".join(found.dcc.differences[:5]))
        note = wording(f"public.dcc_signature_{found.dcc.signature}", language, holder=found.dcc.holder)
        tone = "bad" if found.dcc.signature == "broken" else _DCC_TONES[found.dcc.pages]
        rows.append((_label("dcc", language), said, note, tone))
    return rows


def _say(name: str, language: str) -> str:
    return wording(f"public.{name}", language)


def _label(name: str, language: str) -> str:
    return wording(f"public.label_{name}", language)


def grouped_hash(digits: str) -> str:
    """A hash in groups of four, which can be compared by eye."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
