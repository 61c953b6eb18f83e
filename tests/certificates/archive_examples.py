"""Archive files of the example contents, with a small DCC and readings inside."""

import dataclasses

from certificates.archive import dcc_attachment
from certificates.attachment import Attachment
from tests.certificates.example_dccs import amendment, polynomial
from tests.certificates.example_tables import matrix, remarked, with_tables
from tests.certificates.examples import CENTRAL, SOUTH, caliper, replacement, resistor, weight

DCC = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" schemaVersion="3.3.0">'
    "<dcc:name>Chứng nhận số</dcc:name></dcc:digitalCalibrationCertificate>\n"
).encode()
READINGS = Attachment("readings.csv", "điểm;số chỉ\n1;100,0020\n".encode(), "text/csv", "Source", "Readings")
MODEL = Attachment("model.toml", b'title = "weight"\n', "text/x-toml", "Supplement", "Measurement model")
ATTACHMENTS = (dcc_attachment(DCC, "3.3.0", "Digital calibration certificate"), READINGS, MODEL)

CONTENTS = {
    "weight": weight(),
    "weight in English": weight(languages="en"),
    "weight of the South": weight(body=SOUTH),
    "draft": weight(issued=False, body=CENTRAL),
    "replacement": replacement(),
    "caliper": caliper(),
    "caliper at sixty points": caliper(points=60),
    "resistor": resistor(),
    "matrix in landscape, remarks": with_tables(matrix(6, 40), remarked()),
    "matrix in parts, in English": with_tables(matrix(11, 9, k=True), languages="en"),
    "amendment": amendment(),
    "polynomial of small coefficients": polynomial(),
    "to be signed": dataclasses.replace(weight(), signature_mode="digital"),
    "not a demonstration": dataclasses.replace(weight(), demonstration=False),
}
"""Every kind, centre, language and state that there is an example of."""
