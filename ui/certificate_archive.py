"""Many certificates at once: the way to download all that a list shows, and to approve and issue together."""

from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import Response

from lims import certificate_lists, renewals
from lims.bundles import MOST_CERTIFICATES, bundle
from lims.laboratory import Laboratory
from lims.people import QUALITY_MANAGER, REVIEWER
from ui.components.button import button_link
from ui.components.markup import tag
from ui.session import Visit
from uncertainty.wording import wording


def further_acts(visit: Visit, text: str, *, any_rows: bool) -> Markup:
    """What can be done with many at once: download all that is listed; approve and issue together; renew."""
    language, acts = visit.language, Markup("")
    if any_rows:
        way = "/certificates/archive.zip" + (f"?q={quote(text)}" if text else "")
        acts += button_link(wording("bulk.download_all", language), way, icon="download", small=True)
    if visit.me.is_a(QUALITY_MANAGER, REVIEWER):
        acts += button_link(wording("bulk.title", language), "/issuing", icon="file-check", small=True)
    if visit.me.is_a(QUALITY_MANAGER) and (due := renewals.due(visit.lab, visit.actor)):
        words = wording("renewal.to_page", language, count=len(due))
        acts += button_link(words, "/certificates/renewals", icon="hourglass", small=True)
    return tag("div", acts, class_="c-keys") if acts else acts


def archive(lab: Laboratory, visit: Visit, text: str) -> Response:
    """The files that the list shows, as one archive with an index."""
    rows = certificate_lists.certificates(lab, visit.actor, text=text, most=MOST_CERTIFICATES)
    found = bundle(lab, visit.actor, [row.number for row in rows])
    headers = {"Content-Disposition": 'attachment; filename="certificates.zip"'}
    return Response(found.content, media_type="application/zip", headers=headers)
