"""The application put together: routes, theme, guard; and how it is served.

python -m ui.app --home DIR [--host 127.0.0.1] [--port 8080]
"""

import argparse
import logging
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI
from nicegui import ui
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from lims.laboratory import Laboratory
from ui import pages
from ui.door import door
from ui.fonts import screen_fonts
from ui.guard import Guard
from ui.labels import label_routes
from ui.pages.attachments import attachment_routes
from ui.pages.bulk_issuing import bulk_routes
from ui.pages.certificates import certificate_routes
from ui.pages.due import due_routes
from ui.pages.letters import letter_routes
from ui.pages.renewals import renewal_routes
from ui.public import public
from ui.sockets import Sockets
from ui.theme import serve_theme
from ui.wrong_turns import answer_wrong_turns

LOOPBACK: Final = "127.0.0.1"
# How long a page whose connection broke is kept, with what was typed in it meanwhile: a lift, a restarted router.
STAYS_S: Final = 300.0
# Beginnings of the paths of pages without script; everything else is NiceGUI's.
PLAIN: Final = (
    "/verify", "/sign-in", "/sign-out", "/invitation/", "/certificates", "/issuing", "/language/", "/appearance/",
    "/labels.pdf", "/letters/", "/8004/", "/I/", "/calendar/", "/due/recall.csv", "/files/",
)  # fmt: skip


def application(lab: Laboratory) -> ASGIApp:
    """The whole application of one laboratory, ready for a server. One process serves one laboratory.

    Raises:
        OSError: when the fonts' cache cannot be written.
    """
    host = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    plain = (
        door, public, renewal_routes, certificate_routes, label_routes, letter_routes, bulk_routes, due_routes,
        attachment_routes,
    )  # fmt: skip
    for routes in (one(lab) for one in plain):
        host.include_router(routes)
    serve_theme(screen_fonts(lab.settings.cache))
    sockets = Sockets(lab)
    pages.offer(lab, sockets)
    sockets.guard()
    ui.run_with(
        host, title="Chuẩn", language="vi", dark=None, tailwind=False, gzip_middleware_factory=None, markdown=False,
        reconnect_timeout=STAYS_S, show_welcome_message=False,
    )  # fmt: skip
    answer_wrong_turns(host, lab)
    guarded = Guard(host, plain_paths=PLAIN, loopback_only=lab.settings.demonstration, secure=_is_public_by_https(lab))
    return GZipMiddleware(guarded, minimum_size=1000)


def _is_public_by_https(lab: Laboratory) -> bool:
    """Whether the laboratory says of itself that it is reached by https."""
    return not lab.settings.demonstration and lab.settings.public_address.startswith("https://")


def serve(lab: Laboratory, host: str = LOOPBACK, port: int = 8080) -> None:
    """Serve a laboratory until the process is ended; a demonstration on the loopback address only.

    Args:
        lab: an open laboratory.
        host: address to listen on.
        port: port to listen on.
    """
    listens = LOOPBACK if lab.settings.demonstration else host
    logging.getLogger("chuan.screens").info("serving on %s:%d", listens, port)
    listen(application(lab), listens, port)


def listen(application: ASGIApp, host: str, port: int) -> None:
    """Answer requests with an application until the process is ended."""
    uvicorn.run(
        application, host=host, port=port, ws="wsproto", log_level="warning", access_log=False, server_header=False,
        date_header=True, proxy_headers=True,
    )  # fmt: skip


def main() -> None:
    """Serve the laboratory of a folder."""
    options = argparse.ArgumentParser(prog="ui.app", description="Serve the screens of a laboratory.")
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--host", default=LOOPBACK)
    options.add_argument("--port", type=int, default=8080)
    given = options.parse_args()
    serve(Laboratory.open(given.home), given.host, given.port)


if __name__ == "__main__":
    main()
