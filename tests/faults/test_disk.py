"""A disk that fails while a certificate is issued: the state is the one before or the one after, never between."""

import os
from collections.abc import Callable

import pytest

from lims import audit, issuing
from lims.errors import DiskFull
from lims.record import read_record
from lims.store.tables import CertificateIssue
from tests.laboratories import SmallLaboratory

CALLS = ("open", "fsync", "replace", "fdopen")


def failing(patch: pytest.MonkeyPatch, at: int) -> list[int]:
    """Let the n-th of the system's file calls fail; the count of calls so far."""
    calls = [0]

    def wrapped(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **given: object) -> object:
            calls[0] += 1
            if calls[0] == at:
                raise OSError(28, "No space left on device")
            return real(*args, **given)

        return call

    for name in CALLS:
        patch.setattr(os, name, wrapped(getattr(os, name)))
    return calls


def issued(small: SmallLaboratory, certificate_id: str) -> bool:
    """Whether the certificate has its file."""
    with small.lab.store.reading() as session:
        return session.get(CertificateIssue, certificate_id) is not None


def test_the_nth_failure_of_the_disk_while_issuing_loses_nothing(
    staged: SmallLaboratory, figure: Callable[[str], None]
) -> None:
    """Whichever file call fails, the job stays numbered without a file, and the next try issues it with that number."""
    job_id = staged.ids["NUMBERED"]
    number = issuing.rendered(staged.lab, job_id)[0]
    certificate = staged.certificate(number)
    for at in range(1, 50):
        with pytest.MonkeyPatch.context() as patch:
            failing(patch, at)
            try:
                issuing.issue(staged.lab, staged.actors["trang"], job_id)
                break
            except (OSError, DiskFull):
                pass
        assert staged.job(job_id).state == "NUMBERED"
        assert not issued(staged, certificate.id)
    assert at > 3
    assert staged.job(job_id).state == "ISSUED"
    assert issued(staged, certificate.id)
    figure(f"{at - 1} failures before the act succeeded")
    with staged.lab.store.reading() as session:
        issue = session.get_one(CertificateIssue, certificate.id)
        assert audit.verify(session, staged.ids["centre"]).sound
    assert len(staged.lab.vault.get(issue.file_sha256)) == issue.size


def measured_again_and_again(small: SmallLaboratory, job_id: str) -> None:
    """Acts that each leave a step and an entry of the record."""
    for _ in range(200):
        small.measured(job_id)


def test_a_full_database_leaves_the_state_before_the_act(laboratory: Callable[..., SmallLaboratory]) -> None:
    """Where SQLite has no page left, the act is undone whole, and done once there is room again."""
    small = laboratory("sqlite")
    job_id = small.job_in("ASSIGNED")
    small.equipped(job_id)
    with small.lab.store.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.commit()
    before = small.job(job_id).version
    with pytest.raises(DiskFull, match="disk is full"):
        measured_again_and_again(small, job_id)
    with small.lab.store.reading() as session:
        steps = read_record(session, small.job(job_id)).steps
    assert small.job(job_id).version == steps[-1].version_after >= before
    with small.lab.store.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        connection.commit()
    small.measured(job_id)
    with small.lab.store.reading() as session:
        assert audit.verify(session, small.ids["centre"]).sound
