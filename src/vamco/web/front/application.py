"""The front of the site: the application that the server runs. Threads only ever see requests that are complete.

The loop reads bodies within their terms and writes answers as fast as their readers take them; in between a request has
one of a few threads for as long as the site works on it. Decision 0021.
"""

from __future__ import annotations

import asyncio
import io
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from vamco.web import spool, visitor
from vamco.web.front import bodies, gateway, refusals, terms
from vamco.web.front.bodies import Body, Gone, Shelf
from vamco.web.front.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from vamco.web.front.gateway import Answer, Application
    from vamco.web.front.terms import Terms

    Scope = dict[str, Any]
    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)
MB: Final = 1 << 20
_WAITING: Final = 500  # requests that wait for a thread; one more is asked to come back
_READER: Final = 60.0  # seconds in which a reader must take one block of an answer
_LINGER: Final = 2.0  # seconds that a refused client may go on sending, so that it comes to read the answer
_LINGER_BYTES: Final = 8 * MB


class Front:
    """The site behind a reader of bodies."""

    def __init__(self, application: Application, *, threads: int) -> None:
        """`threads`: how many requests are worked on at the same time."""
        self._application = application
        self._threads = ThreadPoolExecutor(threads, "site")
        self._disk = ThreadPoolExecutor(2, "spool")
        self._under_way = 0
        self._anybody = Shelf(most=256 * MB, per_address=64 * MB)
        self._signed_in = Shelf(most=2048 * MB, per_address=1024 * MB)
        if swept := spool.sweep():
            log.warning("%s files left by processes that were killed have been removed", swept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            answer = await self._answer(scope, headers, receive)
        except Gone:
            return
        except Refusal as refusal:
            log.info("refused with %s: %s %s", refusal.status, scope["method"], scope["path"])
            await self._refuse(refusal, scope["path"], headers, receive, send)
        else:
            await self._deliver(answer, send)

    async def _answer(self, scope: Scope, headers: dict[str, str], receive: Receive) -> Answer:
        length = _length(headers)
        if length == 0:
            return await self._in_thread(gateway.respond, self._application, gateway.environ(scope, io.BytesIO(), 0))
        found, shelf = await self._terms(scope["path"], headers, length)
        body = Body(shelf, visitor.known_as(scope["client"][0], headers.get("x-forwarded-for")))
        try:
            await body.read(receive, found, self._disk)
            environment = gateway.environ(scope, body.file, body.size)
            return await self._in_thread(gateway.respond, self._application, environment)
        except OSError as error:
            log.warning("a body finds no room: %s", error.strerror)
            raise refusals.busy() from None
        finally:
            body.close()

    async def _terms(self, path: str, headers: dict[str, str], length: int | None) -> tuple[Terms, Shelf]:
        """Return the terms of whoever sends this; a session is looked up only when it makes a difference."""
        address = terms.address(path)
        anybody = terms.of_anybody(address)
        if length is not None and length <= min(anybody.most, bodies.IN_MEMORY):
            return anybody, self._anybody
        key = terms.session_key(headers.get("cookie", ""))
        known = bool(key) and await self._in_thread(terms.signed_in, key)
        found = terms.of_signed_in(address) if known else anybody
        if length is not None and length > found.most:
            raise refusals.too_large(found.most) if known or address.public else refusals.log_in()
        return found, self._signed_in if known else self._anybody

    async def _in_thread(self, call: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        if self._under_way >= _WAITING:
            raise refusals.busy()
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, partial(call, *arguments, **named))
        finally:
            self._under_way -= 1

    async def _deliver(self, answer: Answer, send: Send) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        rest = answer.rest
        if rest is None:
            await send({"type": "http.response.body", "body": answer.content})
            return
        loop = asyncio.get_running_loop()
        try:
            block = answer.content
            while block:
                async with asyncio.timeout(_READER):
                    await send({"type": "http.response.body", "body": block, "more_body": True})
                block = await loop.run_in_executor(self._disk, rest.read, gateway.BLOCK)
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            log.info("a reader took none of its answer for %s seconds", _READER)
        finally:
            await loop.run_in_executor(self._disk, rest.close)

    async def _refuse(self, refusal: Refusal, path: str, headers: dict[str, str], receive: Receive, send: Send) -> None:
        """Answer at once, then read on for a moment: a connection that is cut while it sends shows no answer."""
        found, content = refusals.answer(refusal, path, headers)
        await send({"type": "http.response.start", "status": refusal.status, "headers": found})
        await send({"type": "http.response.body", "body": content, "more_body": True})
        left = _LINGER_BYTES
        try:
            async with asyncio.timeout(_LINGER):
                while left > 0 and (message := await receive())["type"] == "http.request" and message["more_body"]:
                    left -= len(message["body"])
        except TimeoutError:
            pass
        await send({"type": "http.response.body", "body": b""})


def _length(headers: dict[str, str]) -> int | None:
    """Return the length that a request announces: 0 without a body, None when it does not say."""
    if "transfer-encoding" in headers:
        return None
    announced = headers.get("content-length", "0")
    return int(announced) if announced.isascii() and announced.isdigit() else None
