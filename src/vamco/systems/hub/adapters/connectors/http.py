from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from vamco.lib.errors import N_, Refused, Unavailable, VamcoError
from vamco.systems.hub.adapters.connectors.port import Fetched, State, setting
from vamco.systems.hub.contracts import Delivery, Layout
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import requests

    from vamco.systems.hub.rules.feeds import FeedItem, SourceItem

OK, NOT_MODIFIED = 200, 304
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LONGEST_CURSOR = 500
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Limits:
    """How long and how much a source is listened to. Times in seconds, sizes in bytes."""

    connect: float = 5.0
    read: float = 30.0
    page: float = 120.0
    page_bytes: int = 32 << 20
    delivery_bytes: int = 256 << 20
    tries: int = 5
    redirects: int = 3
    pages: int = 20_000


class HttpConnector:
    """Pages of JSON by cursor. The pages of one visit are one delivery: a line of JSON for each item."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    def fetch(
        self, source: SourceItem, feed: FeedItem, state: State, workspace: Path, *, whole: bool
    ) -> Iterator[Fetched]:
        """See the port."""
        import requests

        url = setting(source.base_url_from).rstrip("/") + feed.path
        token = setting(source.token_from) if source.token_from else ""
        with requests.Session() as session:
            session.trust_env = False
            if token:
                session.headers["Authorization"] = f"Bearer {token}"
            visit = _Visit(_Service(session, url, self._limits), source, feed, workspace / "delivery", whole=whole)
            yield from visit.deliveries(state)


@dataclass
class _Visit:
    """One walk along the pages."""

    service: _Service
    source: SourceItem
    feed: FeedItem
    path: Path
    whole: bool
    seen: set[str] = field(default_factory=set)
    rows: int = 0

    def deliveries(self, state: State) -> Iterator[Fetched]:
        cursor = begin = "" if self.whole else str(state.get("cursor", ""))
        etag, failure, more = str(state.get("etag", "")), None, True
        self.path.write_bytes(b"")
        while more:
            try:
                page = self.service.page(self._query(cursor), etag if cursor == begin else "")
                if page is None:
                    break
                following, more = self._take(page, cursor)
            except VamcoError as error:
                failure = error
                break
            etag = page.etag if following == cursor or (self.whole and not more and cursor == begin) else ""
            cursor = following
            full = self.path.stat().st_size > self.service.limits.delivery_bytes
            if full and self.whole:
                failure = Refused("hub.too_large", N_("The source sends more than one delivery may hold"))
                break
            if full:
                yield self._fetched(begin, cursor, etag)
                begin, self.rows = cursor, 0
                self.path.write_bytes(b"")
        if self.rows and not (failure and self.whole):
            yield self._fetched(begin, cursor, etag)
        elif not failure and (cursor, etag) != (str(state.get("cursor", "")), str(state.get("etag", ""))):
            yield Fetched(None, {"cursor": cursor, "etag": etag})
        if failure:
            raise failure

    def _query(self, cursor: str) -> dict[str, str]:
        if not self.feed.cursor:
            return {}
        return {"limit": str(self.feed.page), **({"cursor": cursor} if cursor else {})}

    def _take(self, page: _Page, cursor: str) -> tuple[str, bool]:
        """Writes a page's items down; gives the next cursor and whether there is more behind it."""
        items = page.content.get(self.feed.items)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise _strange(f"{self.feed.items}: a list of objects")
        following = page.content.get(self.feed.cursor) if self.feed.cursor else ""
        if not isinstance(following, str | type(None)) or len(following or "") > _LONGEST_CURSOR:
            raise _strange(f"{self.feed.cursor}: a short text or number")
        more = page.content.get(self.feed.more, False) if self.feed.more else bool(items and following)
        if more and (not following or following in self.seen or following == cursor):
            raise Refused("hub.cursor_loop", N_("The source gives the same page again and again"))
        if len(self.seen) > self.service.limits.pages:
            raise Refused("hub.too_large", N_("The source sends more than one delivery may hold"))
        self.seen.add(following or "")
        with self.path.open("ab") as out:
            for item in items:
                # Lone surrogates, which UTF-8 does not have, stay the escapes that they were.
                out.write(
                    json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
                    + b"\n"
                )
        self.rows += len(items)
        return following or cursor, bool(more)

    def _fetched(self, begin: str, cursor: str, etag: str) -> Fetched:
        now = dt.datetime.now(dt.UTC)
        name = f"{self.feed.dataset}-{begin or '0'}-{cursor or 'all'}.jsonl"
        key = "" if self.whole else begin
        layout = Layout(format="jsonl", date_format=self.feed.date_format)
        delivery = Delivery(self.source.code, name, "application/x-ndjson", self.path, now, key, layout)
        return Fetched(delivery, {"cursor": "" if self.whole else cursor, "etag": etag})


@dataclass(frozen=True)
class _Page:
    content: dict[str, Any]
    etag: str


@dataclass(frozen=True)
class _Service:
    """The service behind one URL."""

    session: requests.Session
    url: str
    limits: Limits

    def page(self, query: dict[str, str], etag: str) -> _Page | None:
        """One page; None when it is the one that was seen before."""
        import requests
        from urllib3.exceptions import HTTPError

        failure: VamcoError
        for attempt in range(self.limits.tries):
            asked = ""
            try:
                response, body = self._get(query, etag)
            except (requests.RequestException, HTTPError):  # its message holds the address with all its parameters
                failure = Unavailable("hub.no_answer", N_("The source does not answer"))
            else:
                if response.status_code == NOT_MODIFIED:
                    return None
                if response.status_code == OK:
                    return _Page(_json(body), response.headers.get("ETag", ""))
                failure = _status(response.status_code)
                if isinstance(failure, Refused):
                    break
                asked = response.headers.get("Retry-After", "")
            if attempt + 1 < self.limits.tries:
                time.sleep(grading.wait_before_retry(attempt, asked))
        raise failure

    def _get(self, query: dict[str, str], etag: str) -> tuple[requests.Response, bytes]:
        headers = {"Accept": "application/json", **({"If-None-Match": etag} if etag else {})}
        url, parameters = self.url, dict(query)
        for _ in range(self.limits.redirects + 1):
            with self.session.get(
                url,
                params=parameters,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(self.limits.connect, self.limits.read),
            ) as response:
                if response.status_code not in REDIRECTS:
                    return response, self._body(response)
                url = urljoin(response.url, response.headers.get("Location", ""))
                parameters = {}
                if not grading.same_host(self.url, url):
                    raise Refused("hub.redirect", N_("The source sends on to another host; that is not followed"))
        raise Refused("hub.redirect", N_("The source sends on to another host; that is not followed"))

    def _body(self, response: requests.Response) -> bytes:
        if response.status_code != OK:
            return b""
        deadline = time.monotonic() + self.limits.page
        body = bytearray()
        # Not iter_content: it waits until a whole chunk is there, and a service that drips could keep it for days.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self.limits.page_bytes:
                raise Refused("hub.too_large", N_("The source sends more than one delivery may hold"))
            if time.monotonic() > deadline:
                raise Unavailable("hub.too_slow", N_("The source took too long to send a page"))
        return bytes(body)


def _json(body: bytes) -> dict[str, Any]:
    """The page, its numbers as they were written."""
    try:
        content = json.loads(body, parse_float=str, parse_int=str, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _strange("JSON") from None
    if not isinstance(content, dict):
        raise _strange("a JSON object")
    return content


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _strange(expected: str) -> Refused:
    return Refused(
        "hub.strange_answer", N_("The source's answer is not what was agreed: expected %(expected)s"), expected=expected
    )


def _status(code: int) -> VamcoError:
    message = N_("The source answers with status %(status)s")
    kind = Unavailable if code in grading.RETRIED else Refused
    return kind("hub.status", message, status=code)
