"""The letters of a case: what each says to its customer, drawn as a draft, and sent as it then stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from certificates.content import Bilingual
from certificates.letter import LetterContent, LetterGroup, LetterRow, render_letter
from instruments.bodies import name_on
from instruments.models import Instrument
from lims.content import issuing_body
from lims.errors import Refused
from lims.impact_cases import mark_letter_sent
from lims.impact_progress import Progress, progress_of
from lims.laboratory import Laboratory
from lims.people import LABORATORY_ROLES, Actor
from lims.quantity_text import Shown
from lims.step import Act, query
from lims.store.impact_tables import DECISIONS, ImpactCase, ImpactLetter, ImpactLetterSent, ImpactRecord
from lims.store.tables import Person
from uncertainty.rounding import exact
from uncertainty.wording import wording

DIGITS = 2
LEAST_SHARE = 0.001  # below it a share of U is only said to be smaller
"""Significant digits of a shift, as of the U beside it, and of their ratio."""
HEADS = ("head_certificate", "head_item", "head_shift", "head_expanded", "head_share", "head_verdict")
NOTHING = Bilingual("", "")


@dataclass(frozen=True)
class Prepared:
    """A letter as it would go out now: its content, dated, and the file of one that went out."""

    content: LetterContent
    sent_file: str | None


@query(permission="impact.read")
def letter_content(act: Act, letter_id: str, *, final: bool = False) -> Prepared:
    """What a letter of one's own centre says now; with `final` dated and without watermark.

    Raises:
        Refused: there is no such letter at the actor's centres.
    """
    letter = act.session.get(ImpactLetter, letter_id)
    centres = act.rights.bodies(frozenset(LABORATORY_ROLES))
    if letter is None or (act.actor.kind == "person" and letter.centre_id not in centres):
        raise Refused("lims.not_found")
    sent = act.session.get(ImpactLetterSent, letter.id)
    case = act.session.get_one(ImpactCase, letter.case_id)
    mine = (ImpactRecord.centre_id == letter.centre_id, ImpactRecord.customer_id == letter.customer_id)
    about = progress_of(act.session, case.id, *mine)
    body = issuing_body(act.session, letter.centre_id, act.day)
    name = name_on(act.session, letter.customer_id, act.day)
    if name is None:
        raise Refused("lims.body_without_name")
    day = f"{act.day:%d/%m/%Y}" if final else ""
    words = ("number", "to", "signed", "page")
    number, to, signed, page = (_say(one) for one in words)
    place = Bilingual(
        wording("letter.place", "vi", city=body.city.vi, day=day or "…"),
        wording("letter.place", "en", city=body.city.en, day=day or "…"),
    )
    return Prepared(
        LetterContent(
            body=body,
            number=letter.number,
            day=day,
            title=_say("title"),
            customer=Bilingual(name.name_vi, name.name_en),
            address=Bilingual(name.address_vi, name.address_en),
            opening=(_opening(act, case), _say("listing", count=len(about))),
            heads=tuple(_say(one) for one in HEADS),
            groups=tuple(_groups(act, about)),
            closing=(_say("explained"), _say("contact", case=case.number, telephone=body.telephone or body.code)),
            words=(number, place, to, signed, page),
            signed_by=_signed_by(act, sent),
        ),
        sent.file_sha256 if sent else None,
    )


def letter_file(lab: Laboratory, actor: Actor, letter_id: str) -> bytes:
    """The letter as PDF: the very file where it went out, else a draft of what it says now."""
    found = letter_content(lab, actor, letter_id)
    if found.sent_file is not None:
        return lab.vault.get(found.sent_file)
    return render_letter(found.content, fonts=lab.fonts)


def send_letter(lab: Laboratory, actor: Actor, letter_id: str, *, way: str) -> ImpactLetterSent:
    """Make the final letter, keep its file, and state that it went out.

    Raises:
        Refused: it went out already, something in it is undecided, or it is another centre's.
    """
    found = letter_content(lab, actor, letter_id, final=True)
    file_sha256 = lab.vault.put(render_letter(found.content, fonts=lab.fonts))
    sent: ImpactLetterSent = mark_letter_sent(lab, actor, letter_id, way=way, file_sha256=file_sha256)
    return sent


def _signed_by(act: Act, sent: ImpactLetterSent | None) -> str:
    person_id = sent.person_id if sent else act.actor.person_id
    return act.session.get_one(Person, person_id).name if person_id else ""


def _say(key: str, **values: object) -> Bilingual:
    return Bilingual(wording(f"letter.{key}", "vi", **values), wording(f"letter.{key}", "en", **values))


def _opening(act: Act, case: ImpactCase) -> Bilingual:
    """What was found, by how much, since when."""
    item = act.session.get_one(Instrument, case.instrument_id)
    texts = {}
    for language in ("vi", "en"):
        amounts = shift_words(case.shift, language)
        name = item.name_vi if language == "vi" else item.name_en
        texts[language] = wording(
            f"letter.opening_{case.kind}", language, standard=name, code=item.code, shift=amounts,
            certificates=", ".join(case.certificates[:3]) + (" …" if len(case.certificates) > 3 else ""),
        )  # fmt: skip
    return Bilingual(texts["vi"], texts["en"])


def shift_words(shift: Mapping[str, Any], language: str) -> str:
    """The amounts of a kept shift in words: "+35 µg", "2 kg: +70 µg", "from 01/02/2013: +35 µg"."""
    said = []
    for one in shift["amounts"]:
        amount = Shown(one["digits"], one["unit"]).text(language)
        if exact(float(one["digits"])) > 0:
            amount = f"+{amount}"
        if one["point"] is not None:
            amount = f"{Shown(one['point'], one['point_unit']).text(language)}: {amount}"
        if one["since"]:
            year, month, day = one["since"].split("-")
            amount = wording("letter.from_day", language, day=f"{day}/{month}/{year}", amount=amount)
        said.append(amount)
    return "; ".join(said)


def _groups(act: Act, about: Iterable[Progress]) -> Iterable[LetterGroup]:
    """The certificates by what is proposed, the gravest first."""
    of: dict[str, list[LetterRow]] = {}
    for one in about:
        of.setdefault(one.proposal, []).append(_row(act, one))
    for decision in ("recall", "withdraw", "amend", "inform", "no_effect"):
        if decision in of:
            yield LetterGroup(_say(f"propose_{decision}"), tuple(of[decision]))
    assert set(of) <= set(DECISIONS)


def _row(act: Act, one: Progress) -> LetterRow:
    record, finding = one.record, one.record.finding
    item = act.session.get_one(Instrument, record.instrument_id)
    before, after = finding["verdict_before"], finding["verdict_after"]
    verdict = NOTHING
    if before is not None:
        said = {}
        for language in ("vi", "en"):
            words = [wording(f"letter.verdict_{key}", language) for key in (before, after or before)]
            said[language] = words[0] if words[0] == words[1] else " → ".join(words)
        verdict = Bilingual(said["vi"], said["en"])
    reason = finding["reason"]
    return LetterRow(
        certificate=record.certificate_number,
        performed_on=f"{record.performed_on:%d/%m/%Y}",
        item=Bilingual(item.name_vi, item.name_en),
        identity=item.serial_number or item.code,
        point=_printed(finding["point"], finding["point_unit"])
        if finding["point"] and len(finding["points"]) > 1
        else "",
        shift=signed_number(finding["shift"], finding["unit"]),
        expanded_uncertainty=rounded_number(finding["U"], finding["unit"]),
        share=share_number(finding["shift_over_U"]),
        verdict=verdict,
        note=Bilingual(reason["vi"], reason["en"]) if reason else NOTHING,
    )


def rounded_number(number: float | None, unit: str, language: str = "vi", digits: int = DIGITS) -> str:
    """A number to some significant digits, zeros among them, with its unit; a dash where there is none."""
    if number is None:
        return "–"
    value = exact(float(f"{number:.{digits}g}"))
    places = max(0, digits - 1 - value.adjusted()) if value else 0
    return _printed(f"{value:.{places}f}", unit, language)


def share_number(share: float | None, language: str = "vi") -> str:
    """A share of U in per cent with one decimal; a dash where it is not known."""
    if share is None:
        return "–"
    if 0 < abs(share) < LEAST_SHARE:
        return f"<\u00a0{_printed(f'{100 * LEAST_SHARE:.1f}', '%', language)}"
    return _printed(f"{100 * share:.1f}", "%", language)


def signed_number(number: float | None, unit: str, language: str = "vi") -> str:
    """A shift to two significant digits with its sign and unit."""
    said = rounded_number(number, unit, language)
    return f"+{said}" if number is not None and number > 0 else said


def _printed(digits: str, unit: str | None, language: str = "vi") -> str:
    return Shown(digits, unit or "1").text(language)
