"""The examination of a laboratory finds what was done to it behind its back, and changes nothing."""

from collections.abc import Callable

from sqlalchemy import text

from certificates.printed_head import printed_head
from lims import sanity
from lims.audit import AuditRecord, digest
from lims.store import triggers
from tests.laboratories import SmallLaboratory
from tests.lims.conftest import Command


def said(small: SmallLaboratory) -> set[str]:
    """The keys of what an examination finds, without the interrupted jobs of the template."""
    found = sanity.examine(small.lab).findings
    return {one.said.key.removeprefix("command.sanity.") for one in found} - {"unfinished"}


def test_a_laboratory_at_work_is_sound(staged: SmallLaboratory) -> None:
    """Nothing grave is found, the issued file and its printed head are counted, and interrupted issues are told."""
    found = sanity.examine(staged.lab)
    assert found.sound and found.files == found.outside_heads == 1
    assert [one.said.key for one in found.findings] == ["command.sanity.unfinished"]
    assert not found.findings[0].grave


def test_files_of_the_vault_are_hashed_again(laboratory: Callable[..., SmallLaboratory], command: Command) -> None:
    """A changed file is found only by hashing, a missing one always; a file too many harms nobody."""
    small = laboratory("sqlite", "staged")
    file = next(small.lab.settings.vault.glob("??/*.pdf"))
    content = file.read_bytes()
    small.lab.vault.put(b"left by a crash")
    assert said(small) == {"orphans"} and sanity.examine(small.lab).sound
    file.write_bytes(content[:-1] + b"?")
    assert said(small) == {"orphans", "file_altered"}
    assert sanity.examine(small.lab, rehash=False).sound
    file.unlink()
    assert said(small) == {"orphans", "file_missing"}
    assert not sanity.examine(small.lab, rehash=False).sound
    status, found, _ = command("audit", "verify", "--home", small.lab.settings.home, "--json")
    assert status == 1 and found["sound"] is False


def test_a_record_changed_in_the_database_is_found(staged: SmallLaboratory) -> None:
    """With the triggers taken away, a changed record breaks its chain at its place, and the triggers are missed."""
    with staged.lab.store.writing() as session:
        for name in triggers.names(session.connection()):
            if "audit_record" in name:
                on = " ON audit_record" if not staged.lab.store.sqlite else ""
                session.execute(text(f"DROP TRIGGER {name}{on}"))
        session.execute(text("UPDATE audit_record SET person_name = 'X' WHERE chain = 'network' AND sequence = 5"))
    found = sanity.examine(staged.lab)
    assert {one.chain: one.first_broken for one in found.chains}["network"] == 5
    assert said(staged) == {"chain_broken", "triggers_missing"}


def test_a_chain_written_anew_misses_the_heads_on_certificates(staged: SmallLaboratory) -> None:
    """Who rewrites a whole chain is given away by the head printed on a certificate that was issued before."""
    centre = staged.ids["centre"]
    with staged.lab.store.writing() as session:
        for name in triggers.names(session.connection()):
            if "audit_record" in name:
                on = " ON audit_record" if not staged.lab.store.sqlite else ""
                session.execute(text(f"DROP TRIGGER {name}{on}"))
        previous, sequence = "0" * 64, 0
        while record := session.get(AuditRecord, (centre, sequence := sequence + 1)):
            record.reason, record.previous_hash = record.reason or "changed", previous
            previous = record.hash = digest(record)
            session.add(record)
            session.flush()
        session.execute(
            text("UPDATE audit_head SET hash = :head WHERE chain = :chain"), {"head": previous, "chain": centre}
        )
        triggers.create_all(session.connection())
    assert said(staged) == {"heads_missing"}


def test_the_printed_head_is_read_back(laboratory: Callable[..., SmallLaboratory]) -> None:
    """The head on a certificate is that of its centre's chain after numbering; other bytes have none."""
    small = laboratory("sqlite", "staged")
    file = next(small.lab.settings.vault.glob("??/*.pdf")).read_bytes()
    with small.lab.store.reading() as session:
        heads = {one[0] for one in session.execute(text("SELECT hash FROM audit_record WHERE act = 'bind_number'"))}
    assert printed_head(file) in heads
    assert printed_head(b"%PDF-1.7") is None


def test_the_examination_changes_nothing(laboratory: Callable[..., SmallLaboratory]) -> None:
    """The record has as many rows afterwards as before."""
    small = laboratory("sqlite", "staged")
    with small.lab.store.reading() as session:
        before = sanity.counts(session)
    sanity.examine(small.lab)
    with small.lab.store.reading() as session:
        assert sanity.counts(session) == before
