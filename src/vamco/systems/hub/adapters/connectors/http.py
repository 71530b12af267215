from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from vamco.kernel.base import clock
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
_MOST_KNOWN = 50_000  # rows of the overlap that are told apart; more than these come again, and repeat


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
        self,
        source: SourceItem,
        feed: FeedItem,
        state: State,
        workspace: Path,
        *,
        whole: bool,
        single: bool = False,  # noqa: ARG002  # a service is one
    ) -> Iterator[Fetched]:
        """See the port."""
        import requests

        url = setting(source.base_url_from).rstrip("/") + feed.path
        token = setting(source.token_from) if source.token_from else ""
        with requests.Session() as session:
            session.trust_env = False
            if token:
                session.headers["Authorization"] = f"Bearer {token}"
            service = _Service(session, url, self._limits)
            yield from _visits(service, source, feed, workspace / "delivery", state, whole=whole)


def _visits(
    service: _Service, source: SourceItem, feed: FeedItem, path: Path, state: State, *, whole: bool
) -> Iterator[Fetched]:
    """A walk from where the source was left; instead of it, when its time has come, one from the start, to compare all."""
    now = clock.now()
    compared = _moment(state.get("compared_at"))
    failure: VamcoError | None = None
    if not whole and feed.reconcile and state and grading.is_due(grading.Cron.parse(feed.reconcile), compared, now):
        try:
            yield from _Walk(service, source, feed, path, {"compared_at": now.isoformat()}, complete=True).deliveries()
        except VamcoError as error:  # what is new must come all the same
            failure = error
        else:
            return
    if not whole and feed.reconcile and not state:
        state = {"compared_at": now.isoformat()}
    yield from _Walk(service, source, feed, path, state, whole=whole).deliveries()
    if failure:
        raise failure


def _moment(text: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if isinstance(text, str) else None


@dataclass
class _Walk:
    """One walk along the pages.

    `whole`: each delivery replaces all. `complete`: all is read from the start, to be compared with what came before. Else it goes on
    at the cursor, and reads the `overlap` pages before it again; `back` is where those begin, and `known` has a hash of each of
    their rows, so that only what is new or changed there is delivered.
    """

    service: _Service
    source: SourceItem
    feed: FeedItem
    path: Path
    state: State
    whole: bool = False
    complete: bool = False
    seen: set[str] = field(default_factory=set)
    fresh: int = 0
    read: int = 0
    declared: int | None = None
    tail: list[tuple[str, list[str]]] = field(default_factory=list)

    def deliveries(self) -> Iterator[Fetched]:
        at_once = self.whole or self.complete
        left_at = "" if at_once else str(self.state.get("cursor", ""))
        back = [] if at_once else [str(each) for each in self.state.get("back", [])]
        known = frozenset() if at_once else frozenset(map(str, self.state.get("rows", [])))
        start = cursor = back[0] if back else left_at
        begin, failure, more = left_at, None, True
        etag = str(self.state.get("etag", ""))
        self.path.write_bytes(b"")
        while more:
            try:
                page = self.service.page(self._query(cursor), etag if cursor == start and not self.complete else "")
                if page is None:
                    yield Fetched(None, self.state, unchanged=True)
                    return
                following, more = self._take(page, cursor, known)
            except VamcoError as error:
                failure = error
                break
            etag = page.etag if self._says_all(cursor, following, start, more=more) else ""
            cursor = following
            full = self.path.stat().st_size > self.service.limits.delivery_bytes
            if full and at_once:
                failure = Refused("hub.too_large", N_("The source sends more than one delivery may hold"))
                break
            if full:
                yield self._fetched(begin, cursor, etag)
                begin, self.fresh = cursor, 0
                self.path.write_bytes(b"")
        if known and not self.read and not failure:
            failure = Refused("hub.emptied", N_("The source has no rows any more where it had some"))
        yield from self._rest(begin, cursor, etag, failure)
        if failure:
            raise failure

    def _says_all(self, cursor: str, following: str, start: str, *, more: bool) -> bool:
        """Whether the page at which the next walk begins was also the last one, so that its mark tells whether there is news."""
        if self.whole:
            return not more and cursor == start
        if self.feed.overlap and self.tail:
            return not more and self.tail[0][0] == cursor
        return following == cursor

    def _rest(self, begin: str, cursor: str, etag: str, failure: VamcoError | None) -> Iterator[Fetched]:
        """The last delivery of a walk. A list that is empty as a whole is delivered, too, for somebody must hear of it."""
        at_once = self.whole or self.complete
        if at_once and not failure:
            yield self._fetched(begin, cursor, etag)
        elif self.fresh and not at_once:
            yield self._fetched(begin, cursor, etag, None if failure else self.declared)
        elif not failure:
            yield Fetched(None, self._state(cursor, etag), unchanged=True, declared=self.declared)

    def _query(self, cursor: str) -> dict[str, str]:
        if not self.feed.cursor:
            return {}
        return {"limit": str(self.feed.page), **({"cursor": cursor} if cursor else {})}

    def _take(self, page: _Page, cursor: str, known: frozenset[str]) -> tuple[str, bool]:
        """Writes down a page's items that are not known; gives the next cursor and whether there is more behind it."""
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
        self._declare(page)
        self.seen.add(following or "")
        remembers = bool(self.feed.overlap) and not self.whole
        hashes = []
        with self.path.open("ab") as out:
            for item in items:
                line = _line(item)
                if remembers:
                    hashes.append(hashlib.blake2b(line, digest_size=8).hexdigest())
                if not remembers or hashes[-1] not in known:
                    out.write(line)
                    self.fresh += 1
        self.read += len(items)
        if items and remembers:
            self.tail = [*self.tail, (cursor, hashes)][-self.feed.overlap :]
        return following or cursor, bool(more)

    def _declare(self, page: _Page) -> None:
        if not self.feed.total:
            return
        text = str(page.content.get(self.feed.total))
        if not text.isdecimal():
            raise _strange(f"{self.feed.total}: the number of all rows")
        self.declared = int(text)

    def _state(self, cursor: str, etag: str) -> State:
        state: State = {"cursor": "" if self.whole else cursor, "etag": etag}
        if self.tail:
            hashes = [each for _, page in self.tail for each in page]
            state |= {"back": [start for start, _ in self.tail], "rows": hashes[-_MOST_KNOWN:]}
        elif not self.whole and self.state.get("back"):
            state |= {"back": self.state["back"], "rows": self.state.get("rows", [])}
        if "compared_at" in self.state:
            state["compared_at"] = self.state["compared_at"]
        return state

    def _fetched(self, begin: str, cursor: str, etag: str, declared: int | None = None) -> Fetched:
        now = dt.datetime.now(dt.UTC)
        name = f"{self.feed.dataset}-{begin or '0'}-{cursor or 'all'}.jsonl"
        key = "" if self.whole else f"all:{self.state['compared_at']}" if self.complete else begin
        delivery = Delivery(
            self.source.code,
            name,
            "application/x-ndjson",
            self.path,
            now,
            key,
            Layout(format="jsonl", date_format=self.feed.date_format),
            declared_rows=self.declared if self.whole or self.complete else None,
            complete=self.complete,
        )
        return Fetched(delivery, self._state(cursor, etag), declared=declared)


def _line(item: dict[str, Any]) -> bytes:
    """An item as a line of JSON. Lone surrogates, which UTF-8 does not have, stay the escapes that they were."""
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


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
        content = json.loads(
            body, parse_float=str, parse_int=str, parse_constant=_no_number, object_pairs_hook=_without_repeats
        )
    except (ValueError, RecursionError):
        raise _strange("JSON") from None
    if not isinstance(content, dict):
        raise _strange("a JSON object")
    return content


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")  # nobody knows which value is meant
    return found


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
