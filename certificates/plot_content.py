"""The plot of errors in the rows of a results table: what it draws."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.canonical import Record


@dataclass(frozen=True)
class ErrorPlot(Record):
    """What a column of plots draws in each row, by the keys of other columns."""

    value: str  # solid dot
    expanded_uncertainty: str  # bar
    limit: str | None = None  # uprights at plus and minus
    before: str | None = None  # open ring: the same as found
