"""Archive time stamps of issued certificates: what falls due is told, and renewed beside the issued file."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from certificates.archive_stamps import renewed
from lims import calibration, issuing, renewals, sanity, verifying
from lims.backup import back_up
from lims.errors import Broken, Refused
from lims.people import OPERATOR_ACTOR, SYSTEM_ACTOR
from lims.store.tables import AuditRecord
from tests.laboratories import SmallLaboratory
from tests.lasting import YEAR, lasting, years_later
from tests.lims.conftest import Command


def due(small: SmallLaboratory, days: int) -> list[tuple[str, int, bool]]:
    """What falls due, as the quality manager sees it."""
    return [(one.number, one.renewals, one.over) for one in renewals.due(small.lab, small.actors["trang"], days=days)]


def test_a_renewal_is_a_record_beside_the_issued_file(small: SmallLaboratory, tmp_path: Path) -> None:
    """After nine years a certificate falls due and is renewed by its quality manager; both files are genuine for ever.

    The issued file stays byte for byte, the record and the audit trail say who renewed it and until when it proves,
    the backup holds it, the examination finds nothing, and six years later the renewed file still proves by itself.
    """
    lab = small.lab
    with lasting(small) as (server, authority):
        _, number = small.whole_job()
        issued = calibration.download(lab, small.actors["trang"], number)
        (first,) = renewals.stamps_of(lab, small.actors["trang"], number)
        assert (first.sequence, first.authority, first.size) == (0, "Time-stamp service", len(issued))
        assert timedelta() < first.stamped_at + 10 * YEAR - first.ends_at < timedelta(hours=2)
        assert due(small, 365) == [] and due(small, 3650) == [(number, 0, False)]
        years_later(small, server, authority, 9)
        assert due(small, 365) == [(number, 0, False)]
        with pytest.raises(Refused, match="never been renewed"):
            renewals.renewed_file(lab, small.actors["trang"], number)
        row = renewals.renew(lab, small.actors["trang"], number)
    assert (row.sequence, row.person_id) == (1, small.person("trang"))
    assert row.stamped_at - first.stamped_at > 8 * YEAR
    later = renewals.renewed_file(lab, small.actors["trang"], number)
    assert later.startswith(issued) and calibration.download(lab, small.actors["trang"], number) == issued
    assert due(small, 3000) == []
    for file, renewal in ((issued, 0), (later, 1)):
        verdict = verifying.of_file(lab, file).verdict
        assert (verdict.verdict, verdict.renewal, verdict.number) == ("genuine", renewal, number)
    assert verifying.of_file(lab, later + b"\n").verdict.verdict == "altered"
    with lab.store.reading() as session:
        record = session.exec(select(AuditRecord).where(AuditRecord.act == "record_stamp")).one()
    assert record.person_name == "Phạm Thu Trang" and row.file_sha256 in record.changes
    assert back_up(lab, tmp_path / "backup.zip").issued == 2
    assert sanity.examine(lab).sound and sanity.examine(lab).findings == ()
    small.later(6 * YEAR)
    assert verifying.signatures_of(lab, issued).word == "untrusted"
    assert verifying.signatures_of(lab, later).word == "sound"


def test_nothing_is_lost_where_the_authority_fails(laboratory: Callable[..., SmallLaboratory]) -> None:
    """What fails for want of a time stamp leaves all as it was and can be tried again; spoilt files are found."""
    small = laboratory("sqlite")
    with lasting(small) as (server, authority):
        stamping = server.answers.pop("/tsa")
        job_id = small.job_in("NUMBERED")
        with pytest.raises(Refused, match="Nothing is lost"):
            issuing.issue(small.lab, small.actors["trang"], job_id)
        assert small.job(job_id).state == "NUMBERED" and small.lab.vault.hashes() == set()
        server.answers["/tsa"] = stamping
        (number,) = issuing.resume(small.lab)
        years_later(small, server, authority, 9)
        stamping, kept = server.answers.pop("/tsa"), small.lab.vault.hashes()
        outcomes = list(renewals.renew_each(small.lab, SYSTEM_ACTOR, [number, number]))
        assert [one.refusal.key for one in outcomes if one.refusal] == ["time_stamp.error"]
        assert small.lab.vault.hashes() == kept and due(small, 365) == [(number, 0, False)]
        server.answers["/tsa"] = stamping
        made = _interrupted(small, number)
        assert renewals.renew(small.lab, SYSTEM_ACTOR, number).file_sha256 == hashlib.sha256(made).hexdigest()
        _examined(small, hashlib.sha256(made).hexdigest())
        with pytest.raises(Refused, match="just renewed"):
            renewals.record_stamp(
                small.lab, SYSTEM_ACTOR, small.certificate(number).id, sequence=1,
                file_sha256=hashlib.sha256(made).hexdigest(), stamp=renewals.stamp_of(made),
            )  # fmt: skip
        small.later(9 * YEAR)
        assert due(small, 365) == [(number, 1, True)]
        with pytest.raises(Refused, match="can no longer be renewed"):
            renewals.renew(small.lab, SYSTEM_ACTOR, number)


def _interrupted(small: SmallLaboratory, number: str) -> bytes:
    """Renew a certificate as far as the vault, and die there."""
    found = renewals.renewable(small.lab, SYSTEM_ACTOR, number)
    file = small.lab.vault.get(found.file_sha256)
    made = renewed(file, small.clock.moment, small.lab.keys.policy(), 1)
    small.lab.vault.promise(f"renewal 1 {found.certificate_id}", hashlib.sha256(made).hexdigest())
    small.lab.vault.put(made)
    return made


def test_renewals_at_the_command_line(
    laboratory: Callable[..., SmallLaboratory], command: Command, tmp_path: Path
) -> None:
    """`lims certificate renew` lists and renews, says what it could not do; `pdf --renewed` writes it."""
    small = laboratory("sqlite")
    home = small.lab.settings.home
    with lasting(small) as (server, authority):
        _, number = small.whole_job()
        _, unsigned_before, _ = command("certificate", "renew", "--list", "--days", "0", "--home", home, "--json")
        assert unsigned_before == {"days": 0, "due": []}
        status, found, _ = command("certificate", "renew", "--list", "--days", "36500", "--home", home, "--json")
        assert (status, [one["number"] for one in found["due"]]) == (0, [number])
        status, table, said = command("certificate", "renew", "--list", "--days", "36500", "--home", home)
        assert number in table and "1 certificates" in said
        stamping = server.answers.pop("/tsa")
        status, found, _ = command("certificate", "renew", number, number, "--home", home, "--json")
        assert status == 1 and (found["renewed"], found["failed"], found["left"]) == (0, 1, 1)
        assert "Nothing is lost" in found["done"][0]["refused"]
        status, _, said = command("certificate", "renew", number, number, "--home", home)
        assert status == 1 and "run the command again" in said and number in said
        server.answers["/tsa"] = stamping
        years_later(small, server, authority, 9)
        assert [one.renewal for one in renewals.renew_each(small.lab, SYSTEM_ACTOR, [number])] == [1]
    target = tmp_path / "renewed.pdf"
    status, answer, _ = command("certificate", "pdf", number, "--renewed", "-o", target, "--home", home, "--json")
    assert status == 0 and target.read_bytes() == renewals.renewed_file(small.lab, OPERATOR_ACTOR, number)
    status, answer, _ = command("certificate", "verify", target, "--home", home, "--json")
    assert (answer["verdict"], answer["renewal"]) == ("genuine", 1) and "renewal 1" in answer["reason"]
    status, _, said = command("certificate", "renew", "--days", "0", "--home", home)
    assert (status, "No certificate" in said) == (0, True)


def _examined(small: SmallLaboratory, sha256: str) -> None:
    """The examination finds a renewed file that was changed, and one that is missing."""
    path = small.lab.vault.path(sha256)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"?")
    assert [one.said.key for one in sanity.examine(small.lab).findings] == ["renewal.sanity_altered"]
    with pytest.raises(Broken):
        renewals.renew(small.lab, SYSTEM_ACTOR, renewals.due(small.lab, SYSTEM_ACTOR, days=3650)[0].number)
    path.unlink()
    assert [one.said.key for one in sanity.examine(small.lab, rehash=False).findings] == ["renewal.sanity_missing"]
    path.write_bytes(content)
