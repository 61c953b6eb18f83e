"""Certificates as rows: the same table on the list and on the page of an instrument."""

from collections.abc import Sequence
from typing import Final, Literal

from markupsafe import Markup

from lims.certificate_lists import CertificateRow
from ui.components.chip import state_chip
from ui.components.data_table import Column, Group, data_table, named
from ui.components.markup import Child, code, icon, join, link, tag
from ui.numbers import day
from uncertainty.wording import wording

_CHIPS: Final = {"issued": "current", "replaced": "replaced", "withdrawn": "withdrawn"}


def certificates_table(
    rows: Sequence[CertificateRow], language: str, *, whose: Literal["customer", "centre", ""]
) -> Markup:
    """Certificates as a table, cards on a phone.

    Args:
        rows: in their order.
        language: `vi` or `en`.
        whose: the column that says for whom or by whom; none on the page of one instrument, which has no item either.
    """

    def word(key: str) -> str:
        return wording(f"pages.column_{key}", language)

    columns = [Column(word("number"), place="line" if whose else "first")]
    if whose:
        columns = [Column(word("item"), place="first"), *columns, Column(word(whose), place="line")]
    columns += [
        Column(word("performed"), right=True, place="off"),
        Column(word("issued"), right=True, place="off"),
        Column(word("status"), place="due"),
        Column(word("download"), right=True, hidden=True, place="act"),
    ]
    group = Group(tuple(_cells(row, language, whose) for row in rows))
    return data_table(tuple(columns), (group,), wording("pages.certificates", language))


def _cells(row: CertificateRow, language: str, whose: str) -> tuple[Child, ...]:
    issued = tag(
        "span", " · ", wording("pages.issued_on", language, day=day(row.issued_on)), class_="c-narrow-inline c-small"
    )
    cells: list[Child] = [join(link(code(row.number), f"/certificates/{row.number}"), issued)]
    if whose:
        serial = wording("pages.serial", language, serial=row.serial_number or row.instrument)
        name = row.customer_name if whose == "customer" else row.centre_name
        cells = [named(row.item.text(language), serial), *cells, tag("span", name.text(language), class_="c-second")]
    cells += [
        day(row.performed_on),
        day(row.issued_on),
        join(status_chip(row.status, language), _standing(row, language)),
    ]
    return (*cells, download_link(row.number, language))


def _standing(row: CertificateRow, language: str) -> Markup:
    """That a certificate is an amendment, or has one, as words below its status."""
    key = "amendment_chip" if row.amends else "amended_chip" if row.amended_by and row.status == "issued" else ""
    return tag("span", tag("br"), wording(f"amendment.{key}", language), class_="c-small") if key else Markup("")


def download_link(number: str, language: str) -> Markup:
    """The button that downloads a certificate; its name holds the number, so that many on a page differ."""
    words = wording("pages.download", language)
    return tag(
        "a", icon("download"), words, tag("span", " ", number, class_="c-hidden"), href=f"/certificates/{number}/file",
        class_="c-btn c-btn--small",
    )  # fmt: skip


def status_chip(status: str, language: str) -> Markup:
    """The chip of a certificate's status: issued means current."""
    return state_chip(_CHIPS[status], language)
