"""The DCC that is written: PTB's schema and Schematron agree, numbers are the printed ones, bad texts are refused."""

import dataclasses
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from certificates.completeness import missing_fields
from certificates.content import CertificateContent, Column, EnvironmentLine
from certificates.dcc import SCHEMA_VERSION, software_release, write_dcc
from certificates.dcc_elements import DCC, SI
from certificates.dcc_schema import DccSchemas
from certificates.hostile_xml import read_hostile
from tests.certificates.example_bodies import B
from tests.certificates.example_dccs import DCCS, HASH, amended, amendment, multimeter, psi_gauge, thermometer
from tests.certificates.examples import caliper, resistor, weight
from tests.certificates.good_practice import GoodPractice
from uncertainty.errors import Invalid

NAMES = {"dcc": DCC, "si": SI}
EVERY = pytest.mark.parametrize("name", DCCS)


def found(content: CertificateContent, path: str) -> list[Any]:
    """What an XPath finds in the DCC of a content."""
    return list(etree.fromstring(write_dcc(content)).xpath(path, namespaces=NAMES))


@EVERY
def test_every_dcc_is_valid_by_the_schema(name: str, schemas: DccSchemas) -> None:
    """Each shape of certificate gives a DCC that PTB's schema 3.3.0 accepts."""
    assert schemas.violations(read_hostile(write_dcc(DCCS[name]())), SCHEMA_VERSION) == ()


@EVERY
def test_every_dcc_follows_the_good_practice(name: str, good_practice: GoodPractice) -> None:
    """PTB's Schematron finds no error and no warning in any of them."""
    assert good_practice.findings(write_dcc(DCCS[name]())) == []


def test_the_good_practice_is_asked_in_earnest(good_practice: GoodPractice) -> None:
    """A release that is no release and a language that is not declared are found by the same check."""
    dcc = write_dcc(weight()).replace(b"v0.1.0", b"0.1.0").replace(b'lang="vi"', b'lang="de"', 1)
    findings = " ".join(good_practice.findings(dcc))
    assert "release" in findings and "language" in findings


@EVERY
def test_the_same_content_gives_the_same_bytes(name: str) -> None:
    """Written twice, and from its own JSON, a content gives the same bytes, in Unicode NFC."""
    content = DCCS[name]()
    once = write_dcc(content)
    assert once == write_dcc(CertificateContent.from_json(content.to_json()))
    assert unicodedata.is_normalized("NFC", once.decode())


def test_administrative_data_are_those_of_the_certificate() -> None:
    """Number, dates, country, languages, item, laboratory, customer and signatory stand where a machine looks."""
    content = weight()
    core = {one.tag.rpartition("}")[2]: one.text for one in found(content, "//dcc:coreData/*")}
    assert core["uniqueIdentifier"] == "HN-KL-26-004127" and core["countryCodeISO3166_1"] == "VN"
    assert (core["beginPerformanceDate"], core["endPerformanceDate"]) == ("2026-11-18", "2026-11-19")
    assert (core["receiptDate"], core["issueDate"]) == ("2026-11-16", "2026-11-20")
    assert core["performanceLocation"] == "laboratory"
    assert found(content, "//dcc:usedLangCodeISO639_1/text()") == ["vi", "en"]
    assert found(content, "//dcc:respPerson[dcc:mainSigner='true']//dcc:person//dcc:content/text()") == [
        "Phạm Quỳnh Hương"
    ]
    assert found(content, "//dcc:item//dcc:identification/dcc:value/text()") == ["QC-1204"]
    assert found(content, "//dcc:customer/dcc:name/dcc:content/text()") == [content.customer.name]
    assert found(content, "//dcc:dccSoftware//dcc:release/text()") == [software_release()]
    assert found(thermometer(), "//dcc:performanceLocation/text()") == ["customer"]
    assert found(thermometer(), "//dcc:calibrationLaboratoryCode/text()") == ["X 000"]


def test_an_english_certificate_speaks_english_alone() -> None:
    """The English edition declares one language and holds no Vietnamese text of ours."""
    content = weight(languages="en")
    assert found(content, "//dcc:usedLangCodeISO639_1/text()") == ["en"]
    assert set(found(content, "//dcc:content/@lang")) == {"en"}


def test_a_replacement_names_and_hashes_what_it_replaces() -> None:
    """reportAmendedSubstituted gives the old number; previousReport its hash; the reason stands in both languages."""
    content = amended()
    assert found(content, "//dcc:typeOfChange/text()") == ["substituted"]
    assert found(content, "//dcc:replacedUniqueIdentifier/text()") == ["HN-KL-26-004127"]
    assert found(content, "//dcc:previousReport/dcc:value/text()") == [HASH]
    assert any(
        "7 700 ± 300) kg/m³ → " in text for text in found(content, "//dcc:statement//dcc:content[@lang='en']/text()")
    )
    assert found(content, "//dcc:result/@refType") == ["mass_conventionalMass"]


def test_a_reason_given_in_one_language_stands_in_that_one_alone() -> None:
    """An amendment names what it amends as amended and holds no number; its English reason is no Vietnamese text."""
    content = amendment(B("", "Wrong name in the request."))
    assert found(content, "//dcc:typeOfChange/text()") == ["amended"]
    assert found(content, "//dcc:measurementResults//dcc:quantity") == []
    stated = "//dcc:statement[dcc:declaration/dcc:content='Wrong name in the request.']/dcc:declaration/dcc:content"
    assert found(content, f"{stated}/@lang") == ["en"]
    both = [found(amendment(), f"//dcc:declaration/dcc:content[@lang='{one}']/text()") for one in ("vi", "en")]
    assert "Tên ghi sai trong yêu cầu." in both[0] and "Wrong name in the request." in both[1]


def test_standards_carry_the_hash_of_their_certificate_and_of_the_one_above() -> None:
    """A standard's certificate has its hash, links to the certificate above it, and without a hash says so."""
    hashes = found(multimeter(), "//dcc:measuringEquipment/dcc:certificate/dcc:value/text()")
    linked = found(multimeter(), "//dcc:certificate/dcc:linkedReport/dcc:referralID/text()")
    assert (hashes, linked) == ([HASH], ["VQG-KL-25-000031"])
    told = found(weight(), "//dcc:measuringEquipment/dcc:description/dcc:content[@lang='en']/text()")
    assert "HN-KL-26-000311" in told[0] and "no hash" in told[0]


def test_environment_is_in_si_and_as_printed() -> None:
    """Temperature stands in kelvin and degrees Celsius, humidity as fraction and percent, both ends of a range each."""
    content = thermometer()
    path = "//dcc:measurementResult[1]//dcc:quantity[@refType='{0}']//si:value/text()"
    assert found(content, path.replace("{0}", "basic_temperatureMin")) == ["292.95", "19.8"]
    assert found(content, path.replace("{0}", "basic_temperatureMax")) == ["293.55", "20.4"]
    assert found(content, path.replace("{0}", "basic_humidityRelative")) == ["0.500", "50.0"]
    assert found(weight(), "//dcc:quantity[@refType='basic_humidityRelativeMin']//si:value/text()") == ["0.48", "48"]


def test_phases_of_an_adjustment_keep_their_status() -> None:
    """As found is beforeAdjustment, as left afterAdjustment; a correction of temperature is in kelvin alone."""
    content = thermometer()
    assert found(content, "//dcc:measurementResult//dcc:status/text()") == ["beforeAdjustment", "afterAdjustment"]
    units = found(content, "//dcc:quantity[@refType='chuan_correction']//si:unitXMLList/text()")
    assert units == [r"\kelvin", r"\kelvin"]
    values = found(content, "//dcc:quantity[@refType='chuan_correction']//si:valueXMLList/text()")
    assert values == ["-0.29 NaN", "-0.01 0.03"]


def test_conformity_has_verdict_rule_limits_and_guard_band() -> None:
    """The statement of conformity carries tolerance and acceptance limits, exact; what cannot be stated is no pass."""
    path = "//dcc:metaData[@refType='basic_conformity']//dcc:quantity[@refType='{0}']//si:value/text()"
    limits = [
        found(weight(), path.replace("{0}", f"basic_{name}"))[0]
        for name in ("toleranceLimitLower", "acceptanceLimitLower", "acceptanceLimitUpper", "toleranceLimitUpper")
    ]
    assert limits == ["-500", "-441", "441", "500"]
    assert found(weight(), "//dcc:conformity/text()") == ["pass"]
    assert found(thermometer(), "//dcc:conformity/text()") == ["noPass"]
    assert found(thermometer(), "//dcc:conformityXMLList/text()") == ["fail noPass", "pass pass"]


def test_a_deviation_from_nominal_is_not_called_an_error() -> None:
    """A weight's deviation has a name of its own: the error of its nominal value has the other sign (VIM 2.16)."""
    assert found(weight(), "//dcc:quantity[si:real/si:value='0.025']/@refType") == ["chuan_deviationFromNominal"]
    assert found(caliper(), "//dcc:result//dcc:quantity/@refType")[-1] == "basic_measurementError"


def test_units_outside_the_si_are_defined() -> None:
    """psi stands after a bar with its definition in a statement; its relative U is a quantity of its own."""
    assert found(psi_gauge(), "//dcc:nonSIUnit/text()") == ["|psi"]
    assert found(psi_gauge(), "//dcc:nonSIDefinition/text()") == ["1 psi = 6894.757 Pa"]
    assert found(psi_gauge(), "//dcc:quantity[@refType='chuan_expandedUncertainty']//si:value/text()") == [
        "0.0015",
        "0.15",
    ]


def with_cell(text: str, place: int = 1) -> CertificateContent:
    """The resistor with another text in one cell of its only row."""
    content = resistor()
    row = list(content.results[0].rows[0])
    row[place] = text
    return dataclasses.replace(content, results=(dataclasses.replace(content.results[0], rows=(tuple(row),)),))


@pytest.mark.parametrize("text", ["1e5", "1,5", " 1", "NaN", "1.", "+1", "١", "<si:value>", "1\n2", ""])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    """A cell of a column of numbers that is no canonical number is refused, with text and column."""
    with pytest.raises(Invalid) as refused:
        write_dcc(with_cell(text))
    assert refused.value.key == "dcc.number" and refused.value.values["column"] == "Resistance"


def test_trailing_zeros_stay() -> None:
    """10000.10 stays 10000.10, and an enormous number of digits passes through no float."""
    for text in ("10000.10", "0.000", "-0.050", "123456789012345678901234567890.12345678901234567890"):
        assert text in found(with_cell(text), "//dcc:result//si:value/text()")


@pytest.mark.parametrize(("text", "place"), [("0.95", 3), ("0", 3), ("00.5", 3), ("-2", 3), ("-0.017", 2)])
def test_what_dsi_cannot_say_of_an_uncertainty_is_refused(text: str, place: int) -> None:
    """A coverage factor below 1 and a negative U, which D-SI cannot say, are refused with their text."""
    with pytest.raises(Invalid) as refused:
        write_dcc(with_cell(text, place))
    assert refused.value.values["text"] == text


@pytest.mark.parametrize("probability", ["95", "1.5", "95 %", ".95", "9.5e-1"])
def test_a_coverage_probability_is_a_fraction(probability: str) -> None:
    """A coverage probability that is no fraction in plain digits is refused."""
    content = resistor()
    stated = dataclasses.replace(content.coverage_statement, coverage_probability=probability)
    with pytest.raises(Invalid) as refused:
        write_dcc(dataclasses.replace(content, coverage_statement=stated))
    assert refused.value.values == {"text": probability, "column": "p"}


def with_customer(name: str) -> CertificateContent:
    """The weight for a customer of that name."""
    content = weight()
    return dataclasses.replace(content, customer=dataclasses.replace(content.customer, name=name))


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x85", "\ufffe", "\uffff", "\ud800"])
def test_characters_that_xml_cannot_carry_are_refused_by_field(character: str) -> None:
    """A control, a lone surrogate or a non-character is refused with field and code."""
    with pytest.raises(Invalid) as refused:
        write_dcc(with_customer(f"Công ty{character}"))
    assert refused.value.values["code"] == f"U+{ord(character):04X}"
    assert "Tên khách hàng" in refused.value.text("vi")


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("<b>A & B</b>", "<b>A & B</b>"),
        ("]]> <!-- <?xml", "]]> <!-- <?xml"),
        ("&xxe; %x;", "&xxe; %x;"),
        ("  hai đầu \n", "hai đầu"),
        ("Tie\u0302\u0301ng", "Tiếng"),
        ("hai\tdòng\nmột", "hai\tdòng\nmột"),
    ],
)
def test_markup_stays_text(typed: str, stands: str, schemas: DccSchemas) -> None:
    """Markup in a name is text, blanks at its ends go, decomposed letters are composed, and the DCC stays valid."""
    content = with_customer(typed)
    assert found(content, "//dcc:customer/dcc:name/dcc:content/text()") == [stands]
    assert schemas.violations(read_hostile(write_dcc(content)), SCHEMA_VERSION) == ()


def test_an_asterisk_of_a_person_stays() -> None:
    """Our sentences lose the marks of their symbols; an asterisk that somebody typed stays."""
    content = dataclasses.replace(weight(), statements=(B("3 * 5", "3 * 5"),))
    assert "3 * 5" in found(content, "//dcc:statement//dcc:content/text()")
    assert not [text for text in found(weight(), "//dcc:content/text()") if "*" in text]


def test_a_draft_and_an_incomplete_content_are_refused() -> None:
    """Without number no DCC is written; a required field that is missing is named with its clause."""
    with pytest.raises(Invalid) as refused:
        write_dcc(weight(issued=False))
    assert refused.value.key == "dcc.draft"
    content = with_customer("  ")
    assert missing_fields(content) == ("certificate.missing_customer_name",)
    with pytest.raises(Invalid, match=r"7\.8\.2\.1 e"):
        write_dcc(content)


def test_contents_of_earlier_releases_are_written_as_well() -> None:
    """A content whose columns, tables and chain lack what was added for the DCC is read and written all the same."""
    data = weight().to_json()
    assert "role" not in str(data) and "phase" not in data["results"][0] and "measurand" not in data
    assert "location" not in data["performance"]
    assert write_dcc(CertificateContent.from_json(data)) == write_dcc(weight())


def test_an_environment_in_words_stays_words(figure: Callable[[str], None]) -> None:
    """A condition that is no number stands as a text with its unit."""
    content = resistor()
    done = dataclasses.replace(content.performance, environment=(EnvironmentLine(B("Gió", "Wind"), "lặng", "m/s"),))
    texts = found(dataclasses.replace(content, performance=done), "//dcc:influenceCondition//dcc:noQuantity//text()")
    assert any("lặng m/s" in text for text in texts)
    figure(f"{len(DCCS)} shapes of certificate valid by XSD and Schematron")


def test_a_column_says_itself_what_it_is() -> None:
    """A role given by the procedure wins over what the key of a column suggests."""
    content = resistor()
    columns = tuple(
        dataclasses.replace(column, role="reference") if column.key == "nominal" else column
        for column in content.results[0].columns
    )
    assert isinstance(columns[0], Column)
    changed = dataclasses.replace(content, results=(dataclasses.replace(content.results[0], columns=columns),))
    assert found(changed, "//dcc:result//dcc:quantity/@refType")[0] == "basic_referenceValue"
