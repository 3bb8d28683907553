"""The door for other mail servers: SMTP or LMTP (RFC 5321, 2033). Says no before a letter is sent, takes none twice."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.db import close_old_connections

from commons import clock
from notifications.bridge import actions, addressing
from notifications.bridge.enums import LETTER_MAX_BYTES

log = logging.getLogger(__name__)

RECIPIENTS_MAX = 20
LATER = "451 4.3.0 Please try again later"


class Taker:
    """What aiosmtpd asks at each step of a conversation."""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 (aiosmtpd's names)
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients"
        try:
            found = await _in_thread(lambda: addressing.recipient(address, now=clock.now()))
        except Exception:
            log.exception("an address could not be looked up")
            return LATER
        if found is None:
            return "550 5.1.1 Nobody here has this address, or it is no longer valid"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's names)
        """One answer; over LMTP one for each recipient (RFC 2033)."""
        answer = await self._take_all(envelope)
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if isinstance(server, LMTP) else answer

    async def handle_exception(self, error: Exception) -> str:
        log.error("a conversation with a mail server broke off", exc_info=error)
        return LATER

    async def _take_all(self, envelope: Any) -> str:
        try:
            for address in envelope.rcpt_tos:
                await _in_thread(partial(_take, envelope, address))
        except actions.TooLarge:
            return "552 5.3.4 The letter is too large"
        except Exception:
            log.exception("a letter could not be taken in")
            return LATER
        return "250 2.6.0 OK"


class LmtpController(Controller):
    def factory(self) -> SMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)


def door(*, host: str, port: int, is_lmtp: bool) -> Controller:
    """A door that is not open yet: `start()` opens it, on a thread of its own."""
    kind = LmtpController if is_lmtp else Controller
    return kind(
        Taker(), hostname=host, port=port, data_size_limit=LETTER_MAX_BYTES, enable_SMTPUTF8=True, ident="Commons"
    )


def _take(envelope: Any, to: str) -> None:
    actions.take_in(raw=envelope.content, sent_to=to, return_path=envelope.mail_from or "", now=clock.now())


async def _in_thread[Answer](work: Callable[[], Answer]) -> Answer:
    """The database is asked outside the loop that keeps the conversations going."""
    return await asyncio.to_thread(_with_fresh_connection, work)


def _with_fresh_connection[Answer](work: Callable[[], Answer]) -> Answer:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
