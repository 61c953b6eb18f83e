"""The post: what takes an e-mail, and the SMTP server of the laboratory's settings (RFC 5321) behind it."""

import os
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Protocol

from lims.config import Settings
from lims.errors import Invalid, Refused
from lims.wishes import email_address

VARIABLE = "CHUAN_SMTP_PASSWORD"
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
ENCRYPTIONS = (STARTTLS, TLS, PLAIN)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TIMEOUT_S = 30.0
FOR_EVER, SAID_AT_MOST = 500, 200


class RefusedByPost(Refused):
    """The server will never take this message for this address; trying again is of no use."""


class RefusedForNow(Refused):
    """The server was not reached, or takes nothing at the moment."""


class Post(Protocol):
    """Whatever takes a message for delivery."""

    def send(self, message: EmailMessage) -> None:
        """Hand over a message; when it returns, the server is answerable for it.

        Raises:
            RefusedByPost: for ever.
            RefusedForNow: it may be tried again.
        """
        ...


class SmtpPost:
    """The SMTP server named in the settings."""

    def __init__(self, settings: Settings) -> None:
        """Check the settings; nothing is connected yet.

        Raises:
            Invalid: one of them cannot be used.
        """
        if settings.smtp_tls not in ENCRYPTIONS:
            raise Invalid("notices.tls_unknown", given=settings.smtp_tls, known=", ".join(ENCRYPTIONS))
        if settings.smtp_user and settings.smtp_tls == PLAIN and settings.smtp_host not in LOOPBACK:
            raise Invalid("notices.password_in_clear", host=settings.smtp_host)
        try:
            email_address(parseaddr(settings.smtp_sender)[1])
        except Invalid as wrong:
            raise Invalid("notices.sender_wrong", sender=settings.smtp_sender[:80]) from wrong
        self._settings = settings

    def send(self, message: EmailMessage) -> None:
        """Hand over a message."""
        import asyncio

        import aiosmtplib

        settings = self._settings
        sending = aiosmtplib.send(
            message, hostname=settings.smtp_host, port=settings.smtp_port, username=settings.smtp_user or None,
            password=os.environ.get(VARIABLE) if settings.smtp_user else None,
            use_tls=settings.smtp_tls == TLS, start_tls=settings.smtp_tls == STARTTLS, timeout=TIMEOUT_S,
        )  # fmt: skip
        try:
            asyncio.run(sending)
        except aiosmtplib.SMTPRecipientsRefused as problem:
            codes = [one.code for one in problem.recipients]
            raise _refusal(min(codes, default=0), str(problem.recipients[0].message)) from problem
        except aiosmtplib.SMTPDataError as problem:
            raise _refusal(problem.code, problem.message) from problem
        except (aiosmtplib.SMTPException, OSError, ValueError) as problem:
            raise RefusedForNow("notices.not_reached", host=settings.smtp_host, said=_said(str(problem))) from problem


def _refusal(code: int, said: str) -> Refused:
    """What the server's answer means: 5xx is for ever, 4xx for now (RFC 5321, 4.2.1)."""
    if code >= FOR_EVER:
        return RefusedByPost("notices.not_taken", code=code, said=_said(said))
    return RefusedForNow("notices.not_now", code=code, said=_said(said))


def _said(text: str) -> str:
    """What a server said, as one short line."""
    return " ".join(text.split())[:SAID_AT_MOST]
