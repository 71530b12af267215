from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from vamco.kernel.base import clock
from vamco.kernel.work.notices.contracts import Outcome, Receipt, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vamco.kernel.work.notices.contracts import Parcel

BUSY: Final = 421
NO_MAILBOX: Final = {550, 551, 553}
_BUSY_WAIT_S: Final = 60


class Email:
    """A mail server: smtp://USER:PASSWORD@host:587?from=ADDRESS&name=NAME, smtps:// for TLS from the first byte.

    `tls=no` is for a server on the same machine; without it a server that offers no STARTTLS gets no letter. Mail has no keys: the
    Message-ID is the same in each attempt, and mailboxes that know it show one letter.
    """

    idempotent = False
    reports = False

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.host, self.port = parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 587)
        self.wrapped, self.starts_tls = parts.scheme == "smtps", query.get("tls") != "no"
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.sender, self.name = query.get("from", f"vamco@{self.host}"), query.get("name", "")
        self.timeout = timeout

    @contextlib.contextmanager
    def open(self) -> Iterator[EmailLine]:
        """Give a line."""
        line = EmailLine(self)
        try:
            yield line
        finally:
            line.close()

    def read_report(self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes) -> Report | None:  # noqa: ARG002
        """Mail servers tell nothing by this way."""
        return None

    def letter(self, parcel: Parcel) -> bytes:
        """Give the letter as it goes over the line."""
        letter = EmailMessage(policy=SMTP)
        letter["From"] = formataddr((self.name, self.sender))
        letter["To"] = parcel.to
        letter["Subject"] = parcel.title
        letter["Date"] = format_datetime(clock.now())
        letter["Message-ID"] = f"<{parcel.key}@{self.sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(parcel.text, cte="base64")
        return letter.as_bytes()


class EmailLine:
    """A conversation with the mail server, begun with the first letter and kept for the next ones."""

    def __init__(self, channel: Email) -> None:
        self._channel = channel
        self._server: smtplib.SMTP | None = None

    def close(self) -> None:
        """End the conversation."""
        if self._server is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._drop()

    def send(self, parcel: Parcel) -> Receipt:
        """Send one letter."""
        try:
            server = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            return self._over(_no_connection(error))
        try:
            return self._transaction(server, parcel)
        except (smtplib.SMTPException, OSError):
            return self._over(Receipt(Outcome.LATER, "no_answer"))

    def _transaction(self, server: smtplib.SMTP, parcel: Parcel) -> Receipt:
        """One letter after the other: sender, addressee, content. Only an answer lost after the content leaves a doubt."""
        code, _said = server.mail(self._channel.sender)
        if code != 250:  # noqa: PLR2004  # the code of success
            return self._refused(server, code, sender=True)
        code, _said = server.rcpt(parcel.to)
        if code not in {250, 251}:
            return self._refused(server, code, bars=code in NO_MAILBOX)
        code, _said = server.docmd("DATA")
        if code != 354:  # noqa: PLR2004  # go on
            return self._refused(server, code)
        return self._content(server, parcel)

    def _content(self, server: smtplib.SMTP, parcel: Parcel) -> Receipt:
        letter = re.sub(rb"(?m)^\.", b"..", self._channel.letter(parcel))
        try:
            server.send(letter + b".\r\n")
            code, _said = server.getreply()
        except TimeoutError:
            return self._over(Receipt(Outcome.DOUBTFUL, "timeout"))
        except (smtplib.SMTPException, OSError):
            return self._over(Receipt(Outcome.DOUBTFUL, "no_answer"))
        return Receipt(Outcome.TAKEN, reference=parcel.key) if code == 250 else self._refused(server, code)  # noqa: PLR2004

    def _refused(self, server: smtplib.SMTP, code: int, *, sender: bool = False, bars: bool = False) -> Receipt:
        if code == BUSY:
            return self._over(Receipt(Outcome.BUSY, str(code), after=_BUSY_WAIT_S))
        server.rset()
        if code < 500:  # noqa: PLR2004  # 4yz: for now
            return Receipt(Outcome.LATER, str(code))
        return Receipt(Outcome.STOPPED if sender else Outcome.REFUSED, str(code), bars=bars)

    def _over(self, receipt: Receipt) -> Receipt:
        self._drop()
        return receipt

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            channel = self._channel
            name = socket.gethostname()
            if channel.wrapped:
                context = ssl.create_default_context()
                self._server = smtplib.SMTP_SSL(
                    channel.host, channel.port, name, timeout=channel.timeout, context=context
                )
            else:
                self._server = smtplib.SMTP(channel.host, channel.port, name, timeout=channel.timeout)
                if channel.starts_tls:
                    self._server.starttls(context=ssl.create_default_context())
            if channel.user:
                self._server.login(channel.user, channel.password)
            self._server.ehlo_or_helo_if_needed()
        return self._server


def _no_connection(error: Exception) -> Receipt:
    """Give what it means that a server does not even greet, or does not let us in."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return Receipt(Outcome.STOPPED, str(error.smtp_code))
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Receipt(Outcome.STOPPED, "no_tls")
        case smtplib.SMTPResponseException() if error.smtp_code == BUSY:
            return Receipt(Outcome.BUSY, str(BUSY), after=_BUSY_WAIT_S)
        case smtplib.SMTPResponseException():
            return Receipt(Outcome.LATER if error.smtp_code < 500 else Outcome.STOPPED, str(error.smtp_code))  # noqa: PLR2004
        case _:
            return Receipt(Outcome.LATER, "no_connection")
