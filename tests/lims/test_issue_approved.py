"""Issuing what is approved from the command line: the page's own acts, progress, and a stop that leaves all whole."""

import os
import signal
from collections.abc import Callable

import pytest

from lims import sanity, verifying
from tests.laboratories import PASSWORD, SmallLaboratory
from tests.lasting import lasting
from tests.lims.conftest import Command


def test_approved_jobs_are_issued_from_the_command_line(
    laboratory: Callable[..., SmallLaboratory], command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt lets the certificate at work be finished and leaves the others approved; the next call goes on.

    Who may not approve issues nothing, a wrong password opens nothing, and every file is genuine and on record.
    """
    small = laboratory("sqlite")
    before = signal.getsignal(signal.SIGINT)
    home = small.lab.settings.home
    words = ("certificate", "issue-approved", "--home", home, "--json", "--user")
    monkeypatch.setenv("CHUAN_PASSWORD", "sai")
    assert command(*words, "trang")[0] == 2
    monkeypatch.setenv("CHUAN_PASSWORD", PASSWORD)
    with lasting(small) as (server, _):
        jobs = [small.job_in("APPROVED") for _ in range(3)]
        assert command(*words, "hang")[0] == 2 and [small.job(one).state for one in jobs] == ["APPROVED"] * 3
        stamping = server.answers["/tsa"]

        def interrupting(asked: object) -> bytes:
            server.answers["/tsa"] = stamping
            os.kill(os.getpid(), signal.SIGINT)
            return stamping(asked)  # type: ignore[arg-type]

        server.answers["/tsa"] = interrupting
        status, stopped, said = command(*words, "trang")
        assert status == 1 and (len(stopped["issued"]), len(stopped["cancelled"])) == (1, 2)
        assert "Stopping" in said and [small.job(one).state for one in jobs] == ["ISSUED", "APPROVED", "APPROVED"]
        assert sanity.examine(small.lab).sound and len(small.lab.vault.hashes()) == 1
        status, found, _ = command(*words, "trang")
        assert status == 0 and (len(found["issued"]), found["refused"], found["cancelled"]) == (2, [], [])
        status, _, said = command(*words[:-2], "--user", "trang")
    assert status == 0 and said.strip()
    for one in (*stopped["issued"], *found["issued"]):
        file = small.lab.vault.get(verifying.by_token(small.lab, small.certificate(one["number"]).token).file_sha256)
        assert verifying.of_file(small.lab, file).verdict.verdict == "genuine"
    assert signal.getsignal(signal.SIGINT) is before
