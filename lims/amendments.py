"""Amendments: further documents that state what an issued certificate says anew (ISO/IEC 17025, 7.8.8.2).

An amendment is an edition of the job that holds no readings: it is prepared, reviewed, approved, numbered and issued by
the same acts as a certificate. The amended certificate stays issued and its file as it is.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from certificates.changes import changes
from certificates.content import AMENDED, Bilingual, CertificateContent, People, Replaces, Signatory
from certificates.naming import FieldName
from lims.amendable import REMARK, TEXT, Amendable, amendable_fields, amended, said_of
from lims.errors import Invalid, Refused
from lims.step import Act
from lims.store.bench_tables import AmendedField
from lims.store.tables import (
    CANCELLED,
    ISSUED,
    Certificate,
    CertificateEvent,
    CertificateIssue,
    Job,
    Person,
    StepRecord,
)
from uncertainty.typed import clean_text
from uncertainty.wording import Phrase

MOST_TEXT = 500
PREPARED = "prepare_amendment"
LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class NewText:
    """What a field is to say: by its place, in Vietnamese and, where it is printed in both, in English."""

    place: str
    vi: str
    en: str = ""


@dataclass(frozen=True)
class PrintedReason:
    """A reason that will stand on a certificate, as it was given: in Vietnamese, in English, or in both."""

    vi: str
    en: str

    @property
    def first(self) -> str:
        """The Vietnamese, or the English where there is no other."""
        return self.vi or self.en

    def arguments(self) -> dict[str, str]:
        """The arguments by which the acts take it."""
        if self.vi:
            return {"reason": self.vi, "reason_en": self.en, "reason_language": "vi"}
        return {"reason": self.en, "reason_language": "en"}


def certificate_of(session: Session, job_id: str | None) -> Certificate | None:
    """The certificate that a job has got."""
    return session.exec(select(Certificate).where(Certificate.job_id == job_id)).one_or_none()


def open_edition(session: Session, job: Job) -> Job | None:
    """The edition after this one that is not cancelled: at work, or in its place; an issued amendment is neither."""
    later = select(Job).where(Job.amends_id == job.id, Job.state != CANCELLED)
    return session.exec(later.where((col(Job.state) != ISSUED) | ~col(Job.supplement))).first()


def refuse_of_amendment(session: Session, job: Job) -> None:
    """Refuse to amend or to replace an amendment: the certificate that it amends is meant."""
    if job.supplement:
        before = certificate_of(session, job.amends_id)
        raise Refused("amendment.of_amendment", job=job.number, number=before.number if before else "")


def bare_edition(act: Act, job: Job, reason: tuple[str, str], *, supplement: bool = False) -> Job:
    """The next edition of an issued job without its record; refused while one is open already."""
    refuse_of_amendment(act.session, job)
    open_one = open_edition(act.session, job)
    if open_one is not None:
        raise Refused("lims.amendment_open", job=job.number, edition=open_one.edition)
    editions = act.session.exec(select(Job.edition).where(Job.centre_id == job.centre_id, Job.number == job.number))
    own = {"id", "edition", "amends_id", "amendment_reason", "amendment_reason_en", "supplement", "state", "version"}
    after = Job(
        **job.model_dump(exclude=own), edition=max(editions) + 1, amends_id=job.id, amendment_reason=reason[0],
        amendment_reason_en=reason[1], supplement=supplement,
    )  # fmt: skip
    act.session.add(after)
    act.session.flush()
    return after


def printed_reason(act: Act, job: Job, reason_en: str, language: str) -> tuple[str, str]:
    """The reason as it will be printed, in Vietnamese and in English; what was given in one language has no other.

    Args:
        act: with the reason as given.
        job: whose certificate it is.
        reason_en: the English text beside a Vietnamese reason.
        language: of the reason given.
    """
    if language not in LANGUAGES:
        raise Invalid("amendment.reason_language", given=language[:20])
    english = clean_text(reason_en, field="reason_en", most=MOST_TEXT) if reason_en.strip() else ""
    said = ("", act.reason) if language == "en" else (act.reason, english)
    if job.languages == "en" and not said[1]:
        raise Invalid("amendment.reason_in_english")
    return said


def state_anew(act: Act, job: Job, edition: Job, stated: Sequence[NewText]) -> None:
    """Keep what an amendment states, each field that differs from the certificate as it stands.

    Raises:
        Refused: a field bears on results, is stated twice, or nothing differs.
        Invalid: a text is missing or cannot be printed.
    """
    standing = standing_content(act.session, _issued(act.session, job))
    fields, seen = amendable_fields(), set[str]()
    kept = []
    for one in stated:
        field = fields.get(one.place)
        if field is None:
            raise Refused("amendment.needs_replacement", field=FieldName(one.place[:80]))
        if one.place in seen:
            raise Refused("amendment.twice", field=Phrase(field.label, {}))
        seen.add(one.place)
        said = _given(field, one, standing.languages)
        if said != said_of(standing, field):
            kept.append((one.place, said))
    if not kept:
        raise Refused("amendment.nothing")
    for place, text in kept:
        act.session.add(
            AmendedField(
                centre_id=job.centre_id, job_id=edition.id, place=place, text_vi=text.vi, text_en=text.en, at=act.now,
                person_id=act.person_id,
            )
        )  # fmt: skip


def _given(field: Amendable, one: NewText, languages: str) -> Bilingual:
    """The text of a field as it will be printed."""
    label = Phrase(field.label, {})
    vi, en = (clean_text(text, field=field.place, most=MOST_TEXT) if text.strip() else "" for text in (one.vi, one.en))
    if field.form == TEXT:
        said = Bilingual(vi or en, vi or en)
    else:
        said = Bilingual(vi, en)
    if not (said.vi or said.en or field.empty) and field.form != REMARK:
        raise Invalid("amendment.not_empty", field=label)
    if bool(said.vi) != bool(said.en):
        if languages != "en" or not said.en:
            raise Invalid("amendment.both_languages", field=label)
        said = Bilingual(said.en, said.en)
    return said


def _issued(session: Session, job: Job) -> Certificate:
    """The certificate of a job, as long as it stands."""
    found = certificate_of(session, job.id)
    if found is None:
        raise Refused("lims.not_found")
    if ended(session, found):
        raise Refused("amendment.ended", number=found.number)
    return found


def ended(session: Session, certificate: Certificate) -> bool:
    """Whether a certificate was replaced or withdrawn."""
    event = select(CertificateEvent.id).where(CertificateEvent.certificate_id == certificate.id)
    return session.exec(event).first() is not None


def amendments_of(session: Session, certificate: Certificate) -> list[Certificate]:
    """The issued amendments of a certificate that were not withdrawn, in their order."""
    rows = session.exec(
        select(Certificate)
        .join(CertificateIssue, col(CertificateIssue.certificate_id) == col(Certificate.id))
        .where(Certificate.amends_id == certificate.id)
        .order_by(col(Certificate.bound_at), col(Certificate.id))
    )
    return [one for one in rows if not ended(session, one)]


def standing_content(session: Session, certificate: Certificate) -> CertificateContent:
    """What a certificate says together with its amendments."""
    content = CertificateContent.from_json(json.loads(certificate.content))
    for one in amendments_of(session, certificate):
        content = amended(content, stated_in(session, one.job_id))
    return content


def stated_in(session: Session, job_id: str) -> list[tuple[str, Bilingual]]:
    """What the amendment of a job states, as pairs of place and text."""
    rows = session.exec(select(AmendedField).where(AmendedField.job_id == job_id).order_by(col(AmendedField.id)))
    return [(one.place, Bilingual(one.text_vi, one.text_en)) for one in rows]


def amendment_content(session: Session, job: Job, signatory: Signatory) -> CertificateContent:
    """The content of an amendment but for what the day of its issue settles: body, marks, keys.

    Raises:
        Refused: the certificate that it amends has come to its end.
    """
    before = certificate_of(session, job.amends_id)
    if before is None:
        raise Refused("lims.not_found")
    if ended(session, before):
        raise Refused("amendment.ended", number=before.number)
    issue = session.get_one(CertificateIssue, before.id)
    standing = standing_content(session, before)
    content = amended(standing, stated_in(session, job.id))
    reason = Bilingual(job.amendment_reason, job.amendment_reason_en)
    names = {"performed_by": _name_of(session, job, PREPARED), "reviewed_by": _name_of(session, job, "review")}
    return replace(
        content,
        replaces=Replaces(
            before.number, before.issued_on, reason, issue.file_sha256, AMENDED, changes(standing, content)
        ),
        people=People(**names, signatory=signatory),
        data_attachments=(),
        issue=None,
    )


def _name_of(session: Session, job: Job, act: str) -> str:
    """Who did an act on a job; nobody while it is still to come."""
    found = session.exec(
        select(Person)
        .join(StepRecord, col(StepRecord.person_id) == col(Person.id))
        .where(StepRecord.job_id == job.id, StepRecord.act == act)
        .order_by(col(StepRecord.version_after).desc())
    ).first()
    return found.name if found else ""
