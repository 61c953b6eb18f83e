"""One certificate in words: what its reader has to know first, and its facts."""

from collections.abc import Sequence
from urllib.parse import quote

from markupsafe import Markup

from lims import attaching
from lims.certificate_lists import CertificateRow
from lims.errors import Refused
from lims.people import LABORATORY_ROLES
from lims.store.issuing_tables import ArchiveStamp
from lims.verifying import PublicRecord
from ui.components.error_note import error_note
from ui.components.markup import Child, join, link, tag
from ui.numbers import day, local
from ui.session import Visit
from ui.verdict_facts import grouped_hash
from uncertainty.wording import wording


def notice_of(row: CertificateRow, record: PublicRecord, language: str) -> Markup:
    """What the reader has to know before using the certificate; nothing for a current one."""
    ended = day(record.ended_on) if record.ended_on else ""
    if record.verdict.verdict in ("altered", "unknown"):
        return error_note(wording("pages.file_damaged", language))
    if row.status == "replaced":
        said = wording("pages.replaced_by_says", language, number=record.replaced_by, day=ended)
        return error_note(said, link(record.replaced_by, f"/certificates/{record.replaced_by}"), weight="brass")
    if row.status == "withdrawn":
        return error_note(wording("pages.withdrawn_says", language, day=ended))
    if record.failed_since is not None:
        return error_note(wording("public.no_longer_notice", language, later_on=day(record.failed_since)))
    if row.amended_by:
        said = wording("amendment.notice_amended", language, numbers=", ".join(row.amended_by))
        return error_note(said, _ways(row.amended_by), weight="brass")
    if row.amends:
        said = wording("amendment.notice_amendment", language, number=row.amends)
        return error_note(said, _ways((row.amends,)), weight="brass")
    return Markup("")


def _ways(numbers: Sequence[str]) -> Markup:
    """The ways to certificates."""
    return join(*(child for one in numbers for child in (link(one, f"/certificates/{one}"), " ")))


def facts_of(
    visit: Visit, row: CertificateRow, record: PublicRecord, stamps: Sequence[ArchiveStamp] = ()
) -> tuple[tuple[str, Child], ...]:
    """What stands beside the picture of a certificate, as label and value."""
    language, staff = visit.language, visit.me.is_a(*LABORATORY_ROLES)
    serial = wording("pages.serial", language, serial=row.serial_number or row.instrument)
    item = f"{row.item.text(language)}, {serial}"
    rows: list[tuple[str, Child]] = [
        ("item", link(item, f"/instruments/{row.instrument}") if staff else item),
        ("customer", row.customer_name.text(language)),
        ("centre", row.centre_name.text(language)),
        ("performed", day(row.performed_on)),
        ("issued", day(row.issued_on)),
        ("file", tag("span", grouped_hash(record.file_sha256), class_="c-hash")),
    ]
    if stamps:
        rows.append(("", _stamp_fact(visit, row.number, stamps)))
    if record.token:
        rows.append(("check", link(wording("pages.check_page", language), f"/verify/{record.token}")))
    if staff:
        rows.append(("job", link(wording("pages.see_job", language), f"/jobs/{row.job_id}")))
    archive = wording("renewal.fact", language)
    told = [(wording(f"pages.fact_{key}", language) if key else archive, shown) for key, shown in rows]
    count = 0 if staff else _files_shown(visit, row)
    if count:
        way = link(
            wording("files.count", language, count=count), f"/instruments/{quote(row.instrument, safe='')}/files"
        )
        told.append((wording("files.title", language), way))
    return tuple(told)


def _files_shown(visit: Visit, row: CertificateRow) -> int:
    """How many photographs and documents of the item are shown to the customer; none where it is no longer his."""
    try:
        return len(attaching.instrument_files(visit.lab, visit.actor, row.instrument).files)
    except Refused:
        return 0


def _stamp_fact(visit: Visit, number: str, stamps: Sequence[ArchiveStamp]) -> Child:
    """Until when the last archive time stamp proves, how often it was renewed, and the way to the renewed file."""
    language, last = visit.language, stamps[-1]
    key = "over" if last.ends_at <= visit.lab.clock.now() else "proves"
    ends = day(local(last.ends_at, visit.lab.settings.time_zone).date())
    said: list[Child] = [wording(f"renewal.fact_{key}", language, authority=last.authority, day=ends)]
    if last.sequence:
        said += [
            tag("br"), wording("renewal.fact_renewed", language, count=last.sequence), " · ",
            link(wording("renewal.download", language), f"/certificates/{number}/renewed"),
        ]  # fmt: skip
    return join(*said)
