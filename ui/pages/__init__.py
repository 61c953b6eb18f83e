"""Pages: one task, one file. Each registers itself for a laboratory; none holds a rule."""

from lims.laboratory import Laboratory
from ui.pages import (
    accounts,
    approval,
    attachments,
    bodies,
    body,
    centre_chains,
    competences,
    due,
    export,
    impact,
    impact_case,
    impact_new,
    instrument,
    instrument_calibration,
    instrument_checks,
    instrument_dcc,
    instrument_entry,
    instrument_facts,
    instrument_label,
    instrument_lists,
    instrument_merge,
    instruments,
    job,
    my_work,
    notices,
    reception,
    scopes,
    starter_data,
    who_can,
)
from ui.sockets import Sockets


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register every page of the application."""
    for page in (
        my_work, reception, job, approval, instruments, instrument_merge, instrument_entry, instrument_calibration,
        instrument_facts, instrument_label, instrument_dcc, instrument_lists, export, body, impact, impact_new,
        impact_case, instrument_checks, who_can, due, centre_chains, instrument, accounts, competences, bodies,
        scopes, starter_data, notices, attachments,
    ):  # fmt: skip
        page.offer(lab, sockets)
