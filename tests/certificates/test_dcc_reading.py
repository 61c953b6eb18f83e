"""DCCs read back: what we wrote is the same text; others' older certificates; hostile files are refused by name."""

import dataclasses
import datetime as dt
import re
import string
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.content import CertificateContent, Column, ResultTable
from certificates.dcc import write_dcc
from certificates.dcc_reading import read_dcc
from certificates.dcc_schema import DccSchemas
from certificates.foreign import ForeignQuantity, ForeignSeries
from certificates.pdf import render
from tests.certificates.example_bodies import B
from tests.certificates.example_dccs import DCCS, amended, multimeter, thermometer
from tests.certificates.examples import caliper, resistor, weight
from tests.certificates.foreign_dccs import HOSTILE, foreign
from tests.certificates.reading import text_of
from uncertainty.errors import Invalid

DIGITS = st.from_regex(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?", fullmatch=True)
POSITIVE = st.from_regex(r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,9})?", fullmatch=True)
FACTORS = st.from_regex(r"[1-9](\.[0-9]{1,3})?", fullmatch=True)
UNITS = st.sampled_from(
    ["mm", "um", "g", "mg", "kohm", "ohm", "K", "degC", "%", "1", "V", "hPa", "kg/m^3", "psi", "dB"]
)
LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=40,
).filter(lambda text: bool(text.strip()) and bool(text.strip(" \t\r\n")))


def as_printed(quantity: ForeignQuantity) -> ForeignSeries:
    """The numbers of a quantity in the unit of the paper: the last of its forms."""
    return quantity.forms[-1]


@st.composite
def contents(draw: st.DrawFn) -> CertificateContent:
    """A certificate with any numbers, units and texts that a certificate may have."""
    unit, rows = draw(UNITS), draw(st.integers(1, 5))
    signed = draw(st.booleans())
    label = B(draw(LETTERS), draw(LETTERS))
    columns = (
        Column("nominal", B("Điểm", "Point"), unit),
        Column("y", label, unit, emphasis=True, signed=signed),
        Column("U", B("U", "U"), unit, "U", emphasis=True),
        Column("k", B("k", "k"), "1", "k"),
    )
    maybe = st.one_of(st.none(), DIGITS) if rows > 1 else DIGITS
    table = ResultTable(
        columns,
        tuple(
            (draw(maybe), draw(maybe), draw(POSITIVE), draw(FACTORS)) for _ in range(rows)
        ),
    )  # fmt: skip
    base = resistor()
    statement = dataclasses.replace(
        base.coverage_statement, coverage_factor=None, coverage_probability=draw(st.sampled_from(["0.95", "0.9545"]))
    )
    customer = dataclasses.replace(base.customer, name=draw(LETTERS), address=draw(LETTERS))
    return dataclasses.replace(base, results=(table,), coverage_statement=statement, customer=customer)


@settings(max_examples=150)
@given(content=contents())
def test_what_was_written_is_read_back_as_the_same_text(schemas: DccSchemas, content: CertificateContent) -> None:
    """Every number, U, k and p of any content stands in the DCC as the same text, names included, and is valid."""
    read = read_dcc(write_dcc(content), schemas)
    nominal, result = read.results[0].quantities
    rows = content.results[0].rows
    series = as_printed(result)
    assert as_printed(nominal).values == tuple(row[0] for row in rows)
    assert series.values == tuple(row[1] for row in rows)
    assert series.expanded == tuple(row[2] for row in rows)
    assert series.factors == tuple(row[3] for row in rows)
    assert set(series.probabilities) == {content.coverage_statement.coverage_probability}
    assert read.customer.name.text("vi") == content.customer.name.strip(" \t\r\n").replace("\r\n", "\n").replace(
        "\r", "\n"
    )
    assert result.name.text("en") == content.results[0].columns[1].label.en.strip(" \t\r\n")


@pytest.mark.parametrize("name", DCCS)
def test_every_shape_is_read_back(name: str, schemas: DccSchemas) -> None:
    """Number, dates, parties, item and the count of numbers of every shape come back as they were written."""
    content = DCCS[name]()
    read = read_dcc(write_dcc(content), schemas)
    assert content.issue is not None
    assert (read.number, read.issued_on) == (content.issue.number, content.issue.issued_on)
    assert (read.started_on, read.finished_on) == (content.performance.started_on, content.performance.finished_on)
    assert (read.received_on, read.signatory) == (content.item.received_on, content.people.signatory.name)
    assert read.laboratory.name.text("en") == content.body.name.en
    assert read.items[0].name.text("en") == content.item.name.en and not read.signed
    values = sum(len(as_printed(one).values) for result in read.results for one in result.quantities if one.forms)
    own = () if content.amends else content.results  # an amendment states no result
    columns = [(len(t.rows), [c for c in t.columns if c.kind == "number" and not c.symbol]) for t in own]
    assert values >= sum(rows * len(numbers) for rows, numbers in columns)


def test_results_keep_roles_groups_status_and_conformity(schemas: DccSchemas) -> None:
    """refTypes, ranges, phases, words and verdicts of a DCC come back."""
    found, left = read_dcc(write_dcc(thermometer()), schemas).results
    assert (found.status, left.status) == ("beforeAdjustment", "afterAdjustment")
    assert [one.ref_types for one in found.quantities] == [
        ("basic_referenceValue",), ("basic_measuredValue",), ("chuan_correction",), (),
    ]  # fmt: skip
    assert found.quantities[2].conformity == ("fail", "noPass")
    assert found.quantities[3].words == ("số chỉ trôi", "–")
    ranges = read_dcc(write_dcc(multimeter()), schemas).results[0].quantities
    assert [one.group for one in ranges] == [(0,), (0,), (1,), (1,)]
    assert ranges[2].group_name.text("en") == "Range 1 V"
    assert ranges[1].forms[0].expanded == ("0.0025", "0.0025")


def test_what_a_certificate_rests_on_comes_back(schemas: DccSchemas) -> None:
    """The replaced certificate, the hashes of the standards and the statement of conformity come back."""
    read = read_dcc(write_dcc(amended()), schemas)
    assert (read.change, read.replaces) == ("substituted", "HN-KL-26-004127")
    assert read.previous is not None and read.previous.procedure == "SHA-256"
    equipment = read_dcc(write_dcc(multimeter()), schemas).equipment[0]
    assert equipment.certificate is not None and equipment.certificate.linked is not None
    judged = read_dcc(write_dcc(weight()), schemas).conformity[0]
    assert judged.outcomes == ("pass",) and "59\u00a0mg" in judged.rule.text("en")
    assert read_dcc(write_dcc(caliper()), schemas).methods[1].ref_types == ("basic_uncertainty",)


def test_an_older_certificate_of_another_laboratory_is_read(schemas: DccSchemas) -> None:
    """DCC 3.2.1 with si:expandedUnc: values as typed, one U for all rows, a hybrid's two units, a constant, words."""
    read = read_dcc(foreign(), schemas)
    assert (read.schema_version, read.number, read.country) == ("3.2.1", "D-K-99999 / 0815 2026-03", "DE")
    assert (read.started_on, read.finished_on) == (dt.date(2026, 3, 2), dt.date(2026, 3, 3))
    assert (read.laboratory.code, read.signatory, read.items[0].model) == ("D-K-99999", "E. Muster", "Pt100")
    assert read.items[0].identifications[0].value == "4711" and read.issued_on is None
    error, reference, constant, words = read.results[0].quantities
    assert error.name.text("de") == "Abweichung" and error.name.text("vi") == "Abweichung"
    series = error.forms[0]
    assert series.values == ("0.072", "-1.20E-2", "+0.30") and series.units == (r"\kelvin",) * 3
    assert (series.expanded, series.factors) == (("0.061",) * 3, ("2",) * 3)
    assert (series.probabilities, series.distribution) == (("0.95",) * 3, "normal")
    assert [form.units[0] for form in reference.forms] == [r"\kelvin", r"\degreecelsius"]
    assert (reference.forms[0].expanded, reference.forms[0].factors) == (("0.010",), ("2.00",))
    assert constant.forms[0].values == ("299792458",) and words.words == ("A", "B", "C")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_by_name(name: str, schemas: DccSchemas) -> None:
    """Bombs, entities, inclusions, depth, width, other formats and broken schemas: each by its own sentence."""
    file, key = HOSTILE[name]
    started = time.perf_counter()
    with pytest.raises(Invalid) as refused:
        read_dcc(file, schemas)
    assert refused.value.key == key
    assert refused.value.text("vi") and refused.value.text("en")
    assert time.perf_counter() - started < 5


def test_a_violation_names_its_line(schemas: DccSchemas) -> None:
    """What is against the schema is named with the line on which it stands and the validator's reason."""
    file = foreign().replace(b"<dcc:model>Pt100</dcc:model>", b"<dcc:model> Pt100 </dcc:model>")
    line = file[: file.index(b"<dcc:model>")].count(b"\n") + 1
    with pytest.raises(Invalid) as refused:
        read_dcc(file, schemas)
    assert refused.value.values["line"] == line and "dcc:model" in str(refused.value.values["why"])


def test_comments_and_instructions_change_nothing(schemas: DccSchemas) -> None:
    """A comment inside a number and an instruction before the root leave the number whole."""
    plain = read_dcc(foreign(), schemas)
    file = foreign(prologue='<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>').replace(b"306.23", b"306<!-- -->.23")
    assert read_dcc(file, schemas).results == plain.results


@pytest.mark.long_form("dcc")
def test_any_bytes_are_read_or_refused(schemas: DccSchemas, long_form: bool, figure: Callable[[str], None]) -> None:
    """A DCC with any one byte changed is read or refused with a sentence; nothing else ever comes out."""
    file = foreign()
    step = 1 if long_form else 23
    read = 0
    for place in range(0, len(file), step):
        for byte in (b"<", b"0", b"\xff", b"&"):
            changed = file[:place] + byte + file[place + 1 :]
            try:
                read_dcc(changed, schemas)
                read += 1
            except Invalid:
                continue
    figure(f"{len(range(0, len(file), step)) * 4} changed DCCs, {read} still valid, 0 crashes")


def test_texts_are_given_in_the_language_asked_for(schemas: DccSchemas) -> None:
    """A text gives the language asked for, else that of no language, else the first."""
    read = read_dcc(write_dcc(weight()), schemas)
    assert read.items[0].name.text("vi") == "Quả cân 10 kg" and read.items[0].name.text("en") == "Weight, 10 kg"
    assert read.items[0].name.text("fr") == "Quả cân 10 kg"
    assert set(read.customer.name.text("fr")) - set(string.whitespace)


@pytest.mark.parametrize("content", [weight(), caliper(), resistor(), weight(languages="en")], ids=range(4))
def test_paper_and_machine_say_the_same_digits(
    content: CertificateContent, schemas: DccSchemas, font_cache: Path, poppler: None
) -> None:
    """Every number, U and k that the DCC gives stands on the PDF of the same content, digit by digit."""
    page = re.sub(r"[\s,.]", "", text_of(render(content, fonts=font_cache)).replace("−", "-"))
    read = read_dcc(write_dcc(content), schemas)
    texts = {
        text
        for one in read.results[0].quantities
        for series in (as_printed(one),)
        for text in (*series.values, *series.expanded, *series.factors)
        if text is not None
    }
    assert len(texts) >= 4
    assert not [text for text in texts if re.sub(r"[\s,.]", "", text) not in page]
