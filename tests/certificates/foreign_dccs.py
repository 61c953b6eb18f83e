"""Certificates as others write them: DCC 3.2.1 with the older D-SI, and hostile files."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" xmlns:si="https://ptb.de/si"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="https://ptb.de/dcc https://ptb.de/dcc/v{version}/dcc.xsd" schemaVersion="{version}">
"""
ADMINISTRATION = """<dcc:administrativeData>
 <dcc:dccSoftware><dcc:software><dcc:name><dcc:content>Other</dcc:content></dcc:name>
  <dcc:release>2.0</dcc:release></dcc:software></dcc:dccSoftware>
 <dcc:coreData><dcc:countryCodeISO3166_1>DE</dcc:countryCodeISO3166_1>
  <dcc:usedLangCodeISO639_1>de</dcc:usedLangCodeISO639_1><dcc:usedLangCodeISO639_1>en</dcc:usedLangCodeISO639_1>
  <dcc:mandatoryLangCodeISO639_1>de</dcc:mandatoryLangCodeISO639_1>
  <dcc:uniqueIdentifier>D-K-99999 / 0815 2026-03</dcc:uniqueIdentifier>
  <dcc:beginPerformanceDate>2026-03-02Z</dcc:beginPerformanceDate>
  <dcc:endPerformanceDate>2026-03-03+01:00</dcc:endPerformanceDate>
  <dcc:performanceLocation>laboratory</dcc:performanceLocation></dcc:coreData>
 <dcc:items><dcc:item><dcc:name><dcc:content lang="de">Widerstandsthermometer</dcc:content>
   <dcc:content lang="en">Resistance thermometer</dcc:content></dcc:name>
  <dcc:manufacturer><dcc:name><dcc:content>Muster GmbH</dcc:content></dcc:name></dcc:manufacturer>
  <dcc:model>Pt100</dcc:model>
  <dcc:identifications><dcc:identification refType="basic_serialNumber"><dcc:issuer>manufacturer</dcc:issuer>
   <dcc:value>4711</dcc:value></dcc:identification></dcc:identifications></dcc:item></dcc:items>
 <dcc:calibrationLaboratory><dcc:calibrationLaboratoryCode>D-K-99999</dcc:calibrationLaboratoryCode>
  <dcc:contact><dcc:name><dcc:content>Musterlabor</dcc:content></dcc:name>
  <dcc:location><dcc:city>Braunschweig</dcc:city><dcc:countryCode>DE</dcc:countryCode></dcc:location></dcc:contact>
 </dcc:calibrationLaboratory>
 <dcc:respPersons><dcc:respPerson><dcc:person><dcc:name><dcc:content>E. Muster</dcc:content></dcc:name></dcc:person>
  <dcc:mainSigner>1</dcc:mainSigner></dcc:respPerson></dcc:respPersons>
 <dcc:customer><dcc:name><dcc:content>Kunde</dcc:content></dcc:name>
  <dcc:location><dcc:city>Hamburg</dcc:city></dcc:location></dcc:customer>
</dcc:administrativeData>
"""
RESULT = """<dcc:measurementResults><dcc:measurementResult>
 <dcc:name><dcc:content lang="en">R</dcc:content></dcc:name>
 <dcc:usedMethods><dcc:usedMethod refType="basic_calibrationMethod"><dcc:name><dcc:content>Vergleich</dcc:content>
  </dcc:name><dcc:norm>DKD-R 5-1</dcc:norm></dcc:usedMethod></dcc:usedMethods>
 <dcc:results><dcc:result refType="gp_measuringResult1"><dcc:name><dcc:content>Ergebnis</dcc:content></dcc:name>
 <dcc:data><dcc:list refType="gp_table1">{quantities}</dcc:list></dcc:data></dcc:result></dcc:results>
</dcc:measurementResult></dcc:measurementResults></dcc:digitalCalibrationCertificate>
"""
OLD_LIST = r"""<dcc:quantity refType="basic_measurementError"><dcc:name><dcc:content lang="de">Abweichung</dcc:content>
 <dcc:content lang="en">Error</dcc:content></dcc:name><si:realListXMLList>
 <si:valueXMLList>0.072 -1.20E-2
   +0.30</si:valueXMLList><si:unitXMLList>\kelvin</si:unitXMLList><si:expandedUncXMLList>
 <si:uncertaintyXMLList>0.061</si:uncertaintyXMLList><si:coverageFactorXMLList>2</si:coverageFactorXMLList>
 <si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList>
 <si:distributionXMLList>normal</si:distributionXMLList></si:expandedUncXMLList></si:realListXMLList></dcc:quantity>
"""
OLD_REAL = r"""<dcc:quantity refType="basic_referenceValue"><dcc:name><dcc:content>Bezugswert</dcc:content></dcc:name>
 <si:hybrid><si:real><si:value>306.23</si:value><si:unit>\kelvin</si:unit><si:expandedUnc>
 <si:uncertainty>0.010</si:uncertainty><si:coverageFactor>2.00</si:coverageFactor>
 <si:coverageProbability>0.95</si:coverageProbability></si:expandedUnc></si:real>
 <si:real><si:value>33.08</si:value><si:unit>\degreecelsius</si:unit></si:real></si:hybrid></dcc:quantity>
"""
CONSTANT = r"""<dcc:quantity><dcc:name><dcc:content>c</dcc:content></dcc:name>
 <si:constant><si:value>299792458</si:value><si:unit>\metre\second\tothe{-1}</si:unit></si:constant></dcc:quantity>
<dcc:quantity><dcc:name><dcc:content>Kanal</dcc:content></dcc:name>
 <dcc:charsXMLList>A B C</dcc:charsXMLList></dcc:quantity>
"""


def foreign(quantities: str = OLD_LIST + OLD_REAL + CONSTANT, *, version: str = "3.2.1", prologue: str = "") -> bytes:
    """A certificate of somebody else with the given quantities."""
    head = HEAD.replace("{version}", version)
    if prologue:
        head = head.replace("?>\n", f"?>\n{prologue}\n", 1)
    return (head + ADMINISTRATION + RESULT.replace("{quantities}", quantities)).encode()


BOMB = """<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
INCLUSION = b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/hosts"/>'
HOSTILE = {
    "entity bomb": (foreign(prologue=BOMB).replace(b"Kunde", b"&d;"), "dcc.doctype"),
    "quadratic bomb": (
        foreign(prologue=f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]>').replace(b"Kunde", b"&a;" * 2000),
        "dcc.doctype",
    ),
    "external file": (
        foreign(prologue='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>').replace(b"Kunde", b"&x;"),
        "dcc.doctype",
    ),
    "external address": (
        foreign(prologue='<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">'),
        "dcc.doctype",
    ),
    "parameter entity": (foreign(prologue='<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/x"> %p;]>'), "dcc.doctype"),
    "bomb in an attribute": (foreign(prologue=BOMB).replace(b'lang="de"', b'lang="&d;"', 1), "dcc.doctype"),
    "inclusion": (
        foreign().replace(b"<dcc:city>Hamburg</dcc:city>", INCLUSION),
        "dcc.xinclude",
    ),
    "undeclared entity": (foreign().replace(b"Kunde", b"&unknown;"), "dcc.not_xml"),
    "deep": (b"<a>" * 5000 + b"</a>" * 5000, "dcc.too_deep"),
    "many elements": (b"<a>" + b"<b/>" * 400_000 + b"</a>", "dcc.too_many_elements"),
    "many attributes": (b"<a " + b" ".join(b'a%d=""' % one for one in range(2000)) + b"/>", "dcc.too_many_attributes"),
    "long attribute": (b'<a b="' + b"x" * 2_000_000 + b'"/>', "dcc.text_long"),
    "long text": (b"<a>" + b"x" * 2_000_000 + b"</a>", "dcc.text_long"),
    "large": (b" " * 20_000_001, "dcc.too_large"),
    "empty": (b"", "dcc.not_xml"),
    "no XML": (b"%PDF-1.7 not at all", "dcc.not_xml"),
    "unknown encoding": (b'<?xml version="1.0" encoding="x-nothing"?><a/>', "dcc.not_xml"),
    "another root": (b"<html/>", "dcc.not_dcc"),
    "another namespace": (foreign().replace(b'"https://ptb.de/dcc"', b'"https://ptb.de/dcx"'), "dcc.not_dcc"),
    "unknown version": (foreign(version="2.4.0"), "dcc.version_unknown"),
    "version 4": (foreign(version="4.0.0"), "dcc.version_unknown"),
    "newer D-SI in an older DCC": (
        foreign(OLD_REAL.replace("expandedUnc>", "expandedMU>")), "dcc.schema_violation",
    ),
    "text for a number": (foreign(OLD_REAL.replace("306.23", "about 306")), "dcc.schema_violation"),
    "infinite": (foreign(OLD_REAL.replace("306.23", "INF")), "dcc.schema_violation"),
    "negative U": (foreign(OLD_REAL.replace("0.010", "-0.010")), "dcc.schema_violation"),
    "k of no sense": (foreign(OLD_REAL.replace("2.00", "0")), "dcc.schema_violation"),
    "no unit": (foreign(OLD_REAL.replace(r"<si:unit>\kelvin</si:unit>", "")), "dcc.schema_violation"),
    "no day of a calendar": (foreign().replace(b"2026-03-02Z", b"12026-03-02"), "dcc.schema_violation"),
    "U of another length": (foreign(OLD_LIST.replace(">0.061<", ">0.061 0.062<")), "dcc.list_lengths"),
}  # fmt: skip
"""Name -> file and the key of the sentence that must refuse it."""
