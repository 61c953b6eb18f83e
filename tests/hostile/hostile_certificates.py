"""Files made to be taken for genuine, and files made to break their reader; judged under an audit hook.

Called as `python -m tests.hostile.hostile_certificates FONTS`; prints one JSON object: what was tried, what happened.
"""

import io
import json
import random
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.archive import as_pdf_a, dcc_attachment
from certificates.dcc import SCHEMA_VERSION
from certificates.pdf import render
from certificates.signing import sign
from tests.certificates.signing_examples import AT, signers
from tests.certificates.whole_examples import CONTENTS, signed_dcc, whole

DANGEROUS = (
    "open", "socket", "subprocess", "os.system", "os.exec", "os.posix_spawn", "shutil", "urllib", "ctypes.dlopen",
)  # fmt: skip
BOMB = zlib.compress(b"0" * 100_000_000, 9)
Changed = Callable[[IncrementalPdfFileWriter], None]


def name(said: str) -> generic.NameObject:
    """A name of PDF."""
    return generic.pdf_name(said)


def dictionary(**entries: object) -> generic.DictionaryObject:
    """A dictionary of PDF; `Type="/Page"` is a name, other texts are texts."""
    made = generic.DictionaryObject()
    for key, value in entries.items():
        if isinstance(value, str):
            value = name(value) if value.startswith("/") else generic.TextStringObject(value)
        made[name(f"/{key}")] = value
    return made


def stream(content: bytes, **entries: object) -> generic.StreamObject:
    """A stream of PDF."""
    made = generic.StreamObject(stream_data=content)
    made.update(dictionary(**entries))
    return made


def updated(file: bytes, change: Changed) -> bytes:
    """The file with an incremental update, as anybody can append one."""
    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    """The first page of the file that is updated."""
    return writer.root["/Pages"]["/Kids"][0]


# ---------------------------------------------------------------- changes after signing (shadow attacks among them)


def _hide(writer: IncrementalPdfFileWriter) -> None:
    """Hide: what was shown is covered by a white annotation with an appearance of its own."""
    ink = stream(b"1 1 1 rg 0 0 600 800 re f", Type="/XObject", Subtype="/Form")
    ink["/BBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800)))
    note = dictionary(Type="/Annot", Subtype="/Square", AP=dictionary(N=writer.add_object(ink)))
    note["/Rect"] = ink["/BBox"]
    page = first_page(writer)
    page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def _replace(writer: IncrementalPdfFileWriter) -> None:
    """Replace: the page's own content is another."""
    page = first_page(writer)
    page["/Contents"] = writer.add_object(stream(b"BT /F1 20 Tf 72 720 Td (U = 0,009 g) Tj ET"))
    writer.update_container(page)


def _hide_and_replace(writer: IncrementalPdfFileWriter) -> None:
    """Hide and replace: another tree of pages, prepared in the file, is named by the catalog."""
    kid = dictionary(Type="/Page", Contents=writer.add_object(stream(b"0 0 100 100 re f")))
    kid["/MediaBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    tree = dictionary(Type="/Pages", Count=generic.NumberObject(1))
    tree["/Kids"] = generic.ArrayObject([writer.add_object(kid)])
    writer.root["/Pages"] = writer.add_object(tree)
    writer.update_root()


def _font(writer: IncrementalPdfFileWriter) -> None:
    """Replace by a font: the same codes get other shapes."""
    fonts = first_page(writer)["/Resources"]["/Font"]
    key = next(iter(fonts))
    fonts[key] = writer.add_object(dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Symbol"))
    writer.update_container(fonts)


def _layer(writer: IncrementalPdfFileWriter) -> None:
    """Hide by a layer that is switched off."""
    group = writer.add_object(dictionary(Type="/OCG", Name="layer"))
    off = dictionary(OFF=generic.ArrayObject([group]), BaseState="/OFF")
    writer.root["/OCProperties"] = dictionary(OCGs=generic.ArrayObject([group]), D=off)
    writer.update_root()


def _form(writer: IncrementalPdfFileWriter) -> None:
    """Replace by a field of a form whose value covers the result."""
    field = dictionary(Type="/Annot", Subtype="/Widget", FT="/Tx", T="overlay", V="U = 0,009 g")
    field["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (100, 500, 300, 550)))
    reference = writer.add_object(field)
    form = writer.root["/AcroForm"]
    form["/Fields"] = generic.ArrayObject([*form["/Fields"], reference])
    writer.update_container(form)
    page = first_page(writer)
    page["/Annots"] = generic.ArrayObject([reference])
    writer.update_container(page)


def _action(writer: IncrementalPdfFileWriter) -> None:
    """Something to do at opening."""
    writer.root["/OpenAction"] = dictionary(S="/URI", URI="http://127.0.0.1:9/")
    writer.update_root()


def _attachment(writer: IncrementalPdfFileWriter) -> None:
    """The DCC of another genuine certificate in the place of the file's own."""
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    other = stream(signed_dcc(CONTENTS["caliper"]), Type="/EmbeddedFile", Subtype="/application#2Fxml")
    spec["/EF"] = dictionary(F=writer.add_object(other), UF=writer.add_object(other))
    writer.update_container(spec)


def _metadata(writer: IncrementalPdfFileWriter) -> None:
    """Another title and other metadata."""
    writer.root["/Metadata"] = writer.add_object(stream(b"<x/>", Type="/Metadata", Subtype="/XML"))
    writer.update_root()


CHANGES = (_hide, _replace, _hide_and_replace, _font, _layer, _form, _action, _attachment, _metadata)


# ---------------------------------------------------------------- signatures wrapped, moved and emptied


def wrapped() -> Iterator[tuple[str, bytes]]:
    """Signatures that look at other bytes than the reader does."""
    file, other = whole("weight"), whole("caliper")
    ranges = list(re.finditer(rb"/ByteRange \[ ?(\d+) (\d+) (\d+) (\d+) *\]", file))
    last = ranges[-1]

    def with_range(*numbers: int) -> bytes:
        said = b"/ByteRange [%s]" % b" ".join(b"%d" % one for one in numbers)
        return file[: last.start()] + said.ljust(len(last[0])) + file[last.end() :]

    first, before, after, rest = map(int, last.groups())
    yield "byte range of nothing", with_range(0, 0, 0, 0)
    yield "byte range to itself", with_range(first, before, first, before)
    yield "byte range cut short", with_range(first, before, after, rest - 1_000)
    yield "byte range from later", with_range(9, before - 9, after, rest)
    yield "byte range below zero", with_range(0, before, after, rest).replace(b"[0 ", b"[-1 ")
    yield "byte range without end", with_range(0, before, after, 10**9)
    gap = b"\n9990 0 obj\n<</Type/Catalog/Pages 9991 0 R>>\nendobj\n"
    moved = file[: first + before] + gap + file[first + before :]
    yield "content in the gap", moved
    yield "gap moved along", moved.replace(last[0], b"/ByteRange [%d %d %d %d]" % (0, before, after + len(gap), rest))
    content = re.search(rb"/Contents <[0-9A-Fa-f]+>", file)
    assert content is not None
    yield "contents empty", file.replace(content[0], b"/Contents <>".ljust(len(content[0])))
    yield "contents zero", file.replace(content[0], b"/Contents <" + b"0" * (len(content[0]) - 12) + b">")
    yield "no contents", file.replace(b"/Contents <", b"/Contentz <")
    yield "signature of another file", _moved(other, file)
    yield "two files in one", file + other
    yield "first revision only", file[: file.index(b"%%EOF", ranges[0].end()) + 6]
    yield "bytes behind", file + b"\n%%EOF\n"
    yield (
        "another xref behind",
        file + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R>>\nstartxref\n0\n%%EOF\n",
    )


def _moved(source: bytes, target: bytes) -> bytes:
    """The first signature of one file in the place of another's."""
    here, there = (one.index(b"/Contents <") + 11 for one in (target, source))
    length = target.index(b">", here) - here
    return target[:here] + source[there : there + length] + target[here + length :]


def swapped() -> Iterator[tuple[str, bytes]]:
    """Attachments exchanged between two genuine files: by update, by rewriting, and signed by a stranger."""
    yield "attachment swapped by an update", updated(whole("weight"), _attachment)
    with pikepdf.open(io.BytesIO(whole("weight"))) as document, pikepdf.open(io.BytesIO(whole("caliper"))) as other:
        taken = other.attachments["dcc.xml"].get_file().read_bytes()
        document.attachments["dcc.xml"] = pikepdf.AttachedFileSpec(document, taken, filename="dcc.xml")
        output = io.BytesIO()
        document.save(output)
    yield "attachment swapped by rewriting", output.getvalue()
    yield "attachment swapped before signing", _signed_with(signed_dcc(CONTENTS["caliper"]))


def _signed_with(xml: bytes) -> bytes:
    """The weight with another DCC, signed by the very keys that are trusted."""
    return sign(as_pdf_a(render(CONTENTS["weight"]), (dcc_attachment(xml, SCHEMA_VERSION),)), signers().both, AT)


def wrapped_dccs() -> Iterator[tuple[str, bytes]]:
    """DCCs whose signature covers something else than what is read, or that try to reach out."""
    xml = signed_dcc(CONTENTS["weight"])
    changed = xml.replace(b"10000.025", b"10000.925")
    root = xml[xml.index(b"<dcc:digitalCalibrationCertificate") :]
    signature = xml[xml.index(b"<ds:Signature") : xml.rindex(b"</ds:Signature>") + 15]
    close = b"</dcc:digitalCalibrationCertificate>"
    unsigned = changed.replace(signature, b"")
    yield "changed", changed
    yield (
        "signed document as an object",
        unsigned.replace(
            close, signature.replace(b"</ds:Signature>", b"<ds:Object>" + root + b"</ds:Object></ds:Signature>") + close
        ),
    )
    yield (
        "signed document as a comment",
        changed.replace(close, root.replace(b"<dcc:d", b"<dcc:comment><dcc:d", 1) + b"</dcc:comment>" + close),
    )
    yield "two signatures", changed.replace(signature, signature + signature)
    yield "reference to a part", changed.replace(b'URI=""', b'URI="#part"', 1)
    yield "transformed to something else", changed.replace(b"enveloped-signature", b"base64")
    yield "no digest", re.sub(rb"<ds:DigestValue>[^<]*<", b"<ds:DigestValue><", changed)
    yield "no key", re.sub(rb"(?s)<ds:KeyInfo.*?</ds:KeyInfo>", b"", changed)
    yield "hash for a key", changed.replace(b"rsa-sha256", b"hmac-sha256").replace(b"ecdsa-sha256", b"hmac-sha256")
    head = b'<?xml version="1.0"?>\n'
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (one, b"&l%d;" % (one - 1) * 20) for one in range(1, 20))
    yield "laughs", head + b'<!DOCTYPE r [<!ENTITY l0 "lol">' + laughs + b"]><r>&l19;</r>"
    yield "own file", head + b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
    yield "network", head + b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>'
    yield "parameter entity", head + b'<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><r/>'
    yield "include", head + b'<r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></r>'
    yield "schema elsewhere", xml.replace(b"https://ptb.de/dcc/v3.3.0/dcc.xsd", b"http://127.0.0.1:9/dcc.xsd")
    yield "deep", head + b"<r>" * 200_000 + b"</r>" * 200_000
    yield "wide", head + b"<r " + b" ".join(b'a%d=""' % one for one in range(100_000)) + b"/>"


# ---------------------------------------------------------------- files that break their reader


def _one_object(content: bytes, place: int = 9) -> bytes:
    """A file of a catalog, a page and one more object."""
    parts = [
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles %d 0 R>>/AF[%d 0 R]>>\nendobj\n" % (place, place),
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]/Contents %d 0 R>>\nendobj\n" % place,
        content,
    ]
    body, places = b"%PDF-1.7\n/ByteRange [0 1 2 3]\n", {}
    for part in parts:
        places[int(part.split()[0])] = len(body)
        body += part
    table = b"xref\n0 1\n0000000000 65535 f \n"
    table += b"".join(b"%d 1\n%010d 00000 n \n" % pair for pair in sorted(places.items()))
    return body + table + b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (place + 1, len(body))


def breaking() -> Iterator[tuple[str, bytes]]:
    """Bombs, loops, depths and rubbish."""
    chain = BOMB
    for _ in range(3):
        chain = zlib.compress(chain, 9)
    head = b"%PDF-1.7\n/ByteRange [0 1 2 3]\n"
    yield (
        "flate bomb",
        _one_object(
            b"9 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n" % len(BOMB) + BOMB + b"\nendstream\nendobj\n"
        ),
    )
    filters = b"[" + b"/FlateDecode" * 4 + b"]"
    yield (
        "flate in flate",
        _one_object(
            b"9 0 obj\n<</Filter%s/Length %d>>\nstream\n" % (filters, len(chain)) + chain + b"\nendstream\nendobj\n"
        ),
    )
    inside = (
        b"9 0 obj\n<</Type/Filespec/F(dcc.xml)/AFRelationship/Data/EF<</F 3 0 R>>/Names[(dcc.xml) 9 0 R]>>\nendobj\n"
    )
    yield "attachment that is a page", _one_object(inside)
    bomb = (
        b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>\nstream\n" % len(BOMB) + BOMB + b"\nendstream\nendobj\n"
    )
    spec = b"<</Type/Filespec/F(dcc.xml)/AFRelationship/Data/EF<</F 8 0 R>>/Names[(dcc.xml) 9 0 R]>>\nendobj\n"
    yield (
        "attachment that is a bomb",
        _one_object(b"9 0 obj\n" + spec).replace(b"2 0 obj", b"8 0 obj\n" + bomb + b"2 0 obj", 1),
    )
    yield (
        "file outside",
        _one_object(b"9 0 obj\n<</F(/etc/passwd)/FFilter/FlateDecode/Length 0>>\nstream\n\nendstream\nendobj\n"),
    )
    yield (
        "address outside",
        _one_object(b"9 0 obj\n<</FS/URL/F(http://127.0.0.1:9/)/Length 0>>\nstream\n\nendstream\nendobj\n"),
    )
    yield from _rubbish(head)


def _rubbish(head: bytes) -> Iterator[tuple[str, bytes]]:
    """Loops, depths and noise."""
    yield "pages in a ring", _one_object(b"9 0 obj\n<<>>\nendobj\n").replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")
    yield "names in a ring", _one_object(b"9 0 obj\n<</Kids[9 0 R 9 0 R 9 0 R]>>\nendobj\n")
    yield "length of itself", _one_object(b"9 0 obj\n<</Length 9 0 R>>\nstream\nx\nendstream\nendobj\n")
    yield "object in itself", _one_object(b"9 0 obj\n9 0 R\nendobj\n")
    yield "deep arrays", _one_object(b"9 0 obj\n" + b"[" * 300_000 + b"]" * 300_000 + b"\nendobj\n")
    yield "deep dictionaries", _one_object(b"9 0 obj\n" + b"<</A" * 100_000 + b">>" * 100_000 + b"\nendobj\n")
    yield "long number", _one_object(b"9 0 obj\n" + b"9" * 1_000_000 + b"\nendobj\n")
    yield "huge text", _one_object(b"9 0 obj\n(" + b"(" * 500_000 + b")" * 500_000 + b")\nendobj\n")
    yield (
        "xref in a ring",
        head
        + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R/Prev %d/Size 1>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(head), len(head)),
    )
    stream_head = (
        b"5 0 obj\n<</Type/XRef/Size 9000000/W[8 8 8]/Index[0 9000000]/Prev %d/Filter/FlateDecode/Length %d>>\nstream\n"
    )
    yield (
        "xref that is a bomb",
        head
        + stream_head % (len(head), len(BOMB))
        + BOMB
        + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head),
    )
    yield "a million objects", head + b"".join(b"%d 0 obj\nnull\nendobj\n" % one for one in range(300_000))
    yield "noise", head + random.Random(1).randbytes(300_000)
    yield "many signatures", whole("weight").replace(b"/ByteRange", b"/ByteRange /ByteRange", 1)
    yield "encrypted", whole("weight").replace(b"/Root ", b"/Encrypt<</Filter/Standard/V 5/R 6>>/Root ")


def hostile() -> Iterator[tuple[str, bytes]]:
    """Every hostile file with its name."""
    for change in CHANGES:
        yield change.__name__.strip("_"), updated(whole("weight"), change)
    yield from wrapped()
    yield from swapped()
    for said, xml in wrapped_dccs():
        yield f"dcc: {said}", _signed_with(xml)
    yield from breaking()


def main() -> None:
    """Judge every hostile file with an audit hook armed."""
    from certificates import validation_worker
    from certificates.fonts import register_fonts
    from certificates.xades import load_schemas

    register_fonts(Path(sys.argv[1]))
    load_schemas()
    asked = json.dumps({"at": AT.isoformat(), "roots": [_pem()]}).encode()
    honest = [json.loads(validation_worker._judged(asked, whole(one))) for one in ("weight", "caliper")]
    files = [(said, file) for said, file in hostile() if not _too_much(said)]
    events: list[str] = []
    armed = [True]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if armed[0] and event.startswith(DANGEROUS):
            events.append(f"{event} {arguments[:1]}")

    sys.addaudithook(hook)
    answers = {said: json.loads(validation_worker._judged(asked, file)) for said, file in files}
    armed[0] = False
    print(json.dumps({"honest": honest, "answers": answers, "events": events}))


def _pem() -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return signers().roots[0].public_bytes(Encoding.PEM).decode()


def _too_much(said: str) -> bool:
    """Whether a file is only for a process whose memory and time are limited."""
    return said in ("xref that is a bomb", "a million objects", "deep arrays", "deep dictionaries", "pages in a ring")


if __name__ == "__main__":
    main()
