"""What may stand in a file after a signature, judged at once where it is just one more signature that shows nothing.

The library's own policy walks through every object of the file to learn how each changed one is used. Where a revision
has the plain form in which a second signature is added, that question has its answer in the bytes: everything else goes
to the library's policy, which is never asked for less.

Source:
    ISO 32000-2:2020, 7.5.6 (incremental updates), 12.7.5.5 (signature fields), 12.8.2.2.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, Reference, StreamObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel, StandardDiffPolicy

FIELD = {"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"}
SIGNATURE = {
    "/Contents", "/ByteRange", "/Type", "/Filter", "/SubFilter", "/M", "/Name", "/Location", "/Reason",
}  # fmt: skip
"""Nothing that locks, points elsewhere or is drawn."""
OF_A_PAGE = re.compile(rb"/P\s+$")
NEAR = 32  # bytes
OF_THE_REVISION = {"/Prev", "/Size", "/ID"}
PLAIN = (
    generic.NameObject, generic.NumberObject, generic.TextStringObject, generic.ByteStringObject,
)  # fmt: skip


class PlainAdditions(StandardDiffPolicy):
    """The library's policy, with a short way for a last revision that only adds an invisible signature."""

    def apply(self, old: Any, new: Any, field_mdp_spec: Any = None, doc_mdp: Any = None) -> DiffResult:
        """What a revision has changed.

        Raises:
            SuspiciousModification: what may not be changed.
        """
        name = added_signature(old, new) if field_mdp_spec is None and doc_mdp is None else None
        if name is None:
            return super().apply(old, new, field_mdp_spec, doc_mdp)
        return DiffResult(ModificationLevel.FORM_FILLING, {name})


POLICY = PlainAdditions(DEFAULT_DIFF_POLICY.global_rules, DEFAULT_DIFF_POLICY.form_rule)


def added_signature(old: Any, new: Any) -> str | None:
    """The name of the one field that a revision adds; None where anything at all is other than in a plain addition.

    Args:
        old: the library's view of the file as it was signed.
        new: and of the next and last revision.
    """
    try:
        return _added(old, new) if _is_plain_file(old, new) else None
    except (PdfError, KeyError, ValueError, TypeError, AttributeError, IndexError):
        return None


def _is_plain_file(old: Any, new: Any) -> bool:
    """One revision after the other, every object by itself in the file's own bytes, the trailer as it was."""
    reader, sections = new.reader, new.reader.xrefs
    before, after = old.trailer_view, new.trailer_view
    same = set(before) - OF_THE_REVISION
    return (
        new.revision == old.revision + 1 == sections.total_revisions - 1
        and not reader.encrypted
        and not sections.hybrid_xrefs_present
        and not sections.xref_stream_refs
        and not any(sections.object_streams_used_in(one) for one in range(sections.total_revisions))
        and not new.refs_freed_in_revision()
        and set(after) - OF_THE_REVISION == same
        and all(_written(before.raw_get(key)) == _written(after.raw_get(key)) for key in same)
    )


def _added(old: Any, new: Any) -> str | None:
    """The name of the field, where form and page hold one reference more and nothing else is touched."""
    touched = new.explicit_refs_in_revision()
    fresh = {one for one in touched if old.is_ref_unassignable(one)}
    form = old.root.raw_get("/AcroForm").reference
    if len(fresh) != 2 or len(touched) != 4 or form not in touched - fresh:
        return None
    (page,) = touched - fresh - {form}
    field = _one_more(old(form), new(form), "/Fields")
    if field is None or field not in fresh or field != _one_more(old(page), new(page), "/Annots"):
        return None
    (signature,) = fresh - {field}
    if not _is_signature(new(signature)) or not _is_used_plainly(old, form, page):
        return None
    taken = {str(old(one.reference).get("/T", "")) for one in list(old(form).raw_get("/Fields"))}
    return _name(new(field), page, signature, taken)


def _one_more(before: Any, after: Any, key: str) -> Reference | None:
    """The reference that is added at the end of a list, where all the rest of a dictionary is as it was."""
    for one in (before, after):
        if not isinstance(one, DictionaryObject) or isinstance(one, StreamObject):
            return None
    if set(before) != set(after) or any(
        _written(before.raw_get(one)) != _written(after.raw_get(one)) for one in set(before) - {key}
    ):
        return None
    lists = [one.raw_get(key) for one in (before, after)]
    if not all(isinstance(one, ArrayObject) for one in lists):
        return None
    first, second = ([_written(part) for part in list(one)] for one in lists)
    last = list(lists[1])[-1]
    return last.reference if second[:-1] == first and isinstance(last, IndirectObject) else None


def _is_signature(found: Any) -> bool:
    """A signature with nothing in it but itself and what it says."""
    if not isinstance(found, DictionaryObject) or isinstance(found, StreamObject) or not set(found) <= SIGNATURE:
        return False
    extent = found.raw_get("/ByteRange")
    return (
        found.raw_get("/Type") == "/Sig"
        and isinstance(extent, ArrayObject)
        and all(isinstance(one, generic.NumberObject) for one in list(extent))
        and all(isinstance(found.raw_get(key), PLAIN) for key in set(found) - {"/ByteRange"})
    )


def _name(field: Any, page: Reference, signature: Reference, taken: set[str]) -> str | None:
    """The name of a new field that has no place on its page."""
    if not isinstance(field, DictionaryObject) or isinstance(field, StreamObject) or set(field) != FIELD:
        return None
    shown, name = field.raw_get("/Rect"), field.raw_get("/T")
    plain = (
        [field.raw_get(key) for key in ("/FT", "/Type", "/Subtype")] == ["/Sig", "/Annot", "/Widget"]
        and isinstance(field.raw_get("/F"), generic.NumberObject)
        and isinstance(shown, ArrayObject)
        and [_written(edge) for edge in list(shown)] == [b"0"] * 4
        and field.raw_get("/P").reference == page
        and field.raw_get("/V").reference == signature
        and isinstance(name, generic.TextStringObject)
    )
    return str(name) if plain and name and "." not in name and str(name) not in taken else None


def _is_used_plainly(old: Any, form: Reference, page: Reference) -> bool:
    """Whether the form is the catalogue's alone, and the page one of its pages and besides only the page of fields.

    Every object stands in the file's own bytes, so that every reference to one is found there, wherever it is; what
    only looks like one makes the answer no.
    """
    stream = old.reader.stream
    stream.seek(0)
    file = stream.read()
    kids = old.root["/Pages"].raw_get("/Kids")
    if not isinstance(kids, ArrayObject) or page not in [one.reference for one in list(kids)]:
        return False
    return list(_uses(file, form)) == [False] and list(_uses(file, page)).count(False) == 1


def _uses(file: bytes, of: Reference) -> Iterator[bool]:
    """Whatever looks like a reference to an object, and whether it stands as the page of something."""
    for found in re.finditer(rb"%d\s+[0-9]+\s+R" % of.idnum, file):
        before = file[max(0, found.start() - NEAR) : found.start()].rstrip(b"0")
        if not before[-1:].isdigit():
            yield OF_A_PAGE.search(before) is not None


def _written(found: Any) -> bytes:
    """An object as it is written, with references as they are."""
    stream = io.BytesIO()
    found.write_to_stream(stream)
    return stream.getvalue()
