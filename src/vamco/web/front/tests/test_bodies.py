"""The reader of bodies and what it is told, without a server."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from vamco.web import spool
from vamco.web.front import bodies, refusals, terms
from vamco.web.front.bodies import Body, Gone, Shelf
from vamco.web.front.refusals import Refusal
from vamco.web.front.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable

EASY = Terms(most=10 << 20, grace=60.0, rate=1 << 10)


def read(pieces: Iterable[bytes], found: Terms = EASY, *, then: str = "end", shelf: Shelf | None = None) -> Body:
    """Read a body that comes in pieces; `then`: it ends, the client goes away, or nothing comes any more."""
    waiting = list(pieces)

    async def receive() -> dict[str, Any]:
        if waiting:
            piece = waiting.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(waiting) or then != "end"}
        if then == "gone":
            return {"type": "http.disconnect"}
        await asyncio.sleep(3600)
        raise AssertionError

    body = Body(shelf or Shelf(100 << 20, 100 << 20), "192.0.2.1")

    async def whole() -> None:
        with ThreadPoolExecutor(1) as disk:
            await body.read(receive, found, disk)

    try:
        asyncio.run(whole())
    except BaseException:
        body.close()
        raise
    return body


def refused(pieces: Iterable[bytes], found: Terms = EASY, **how: Any) -> int:
    with pytest.raises(Refusal) as caught:
        read(pieces, found, **how)
    return caught.value.status


@pytest.mark.parametrize("size", [0, 1, bodies.IN_MEMORY - 1, bodies.IN_MEMORY, 300 << 10, 3 << 20])
def test_a_body_arrives_whole_and_leaves_no_name_on_the_disk(size: int) -> None:
    whole = bytes(n % 251 for n in range(1 << 10)) * (size // 1024 + 1)
    pieces = [whole[:size][at : at + 60_000] for at in range(0, size, 60_000)] or [b""]
    body = read(pieces)
    assert (body.size, body.file.read()) == (size, whole[:size])
    assert list(spool.folder().iterdir()) == []
    body.close()


def test_a_body_is_cut_in_the_middle_of_the_stream() -> None:
    seen: list[int] = []

    def pieces() -> Iterable[bytes]:
        for n in range(100):
            seen.append(n)
            yield b"x" * (1 << 20)

    assert refused([b"x" * (1 << 20)] * 11) == 413


def test_a_body_that_stands_still_or_crawls_is_given_up() -> None:
    assert refused([b"x"], Terms(10, grace=0.05, rate=1000), then="silence") == 408
    assert refused([], Terms(10, grace=0.05, rate=1000), then="silence") == 408


def test_who_goes_away_gets_no_answer() -> None:
    with pytest.raises(Gone):
        read([b"x"], then="gone")


def test_tiny_pieces_are_refused_before_they_cost() -> None:
    assert refused([b"x"] * 600) == 400
    body = read([b"x" * 200] * 6000)
    assert body.size == 1_200_000
    body.close()


def test_bodies_find_room_or_not_and_give_it_back() -> None:
    shelf = Shelf(most=100, per_address=60)
    assert refused([b"x" * 61], shelf=shelf) == 503
    body = read([b"x" * 60], shelf=shelf)
    assert refused([b"x"], shelf=shelf) == 503
    body.close()
    read([b"x" * 60], shelf=shelf).close()
    shelf.take("192.0.2.2", 60)
    assert refused([b"x" * 41], shelf=shelf) == 503


def test_what_addresses_take_from_strangers() -> None:
    assert terms.of_anybody(terms.address("/verify")).most == (20 << 20) + (64 << 10)
    assert terms.of_anybody(terms.address("/log-in")).most == 64 << 10
    assert terms.of_anybody(terms.address("/language")) == terms.ANYBODY
    assert terms.of_anybody(terms.address("/desk/")) == terms.ANYBODY
    assert not terms.address("/desk/").public
    assert terms.of_signed_in(terms.address("/desk/")) == terms.SIGNED_IN
    assert terms.of_signed_in(terms.address("/log-in")).most == 64 << 10
    assert terms.of_anybody(terms.address("/nowhere")) == terms.ANYBODY


@pytest.mark.django_db
def test_a_session_counts_only_with_somebody_in_it() -> None:
    from django.contrib.sessions.backends.db import SessionStore

    empty, full = SessionStore(), SessionStore()
    empty["cart"], full["_auth_user_id"] = "x", "1"
    empty.create()
    full.create()
    assert [terms.signed_in(key) for key in ("", "x" * 32, str(empty.session_key), str(full.session_key))] == [
        False,
        False,
        False,
        True,
    ]
    assert terms.session_key(f"a=b; sessionid={full.session_key}; c") == full.session_key


@pytest.mark.parametrize(
    ("cookie", "language", "words"),
    [("", "vi", "Phiên đăng nhập đã kết thúc"), ("vamco_language=en", "en", "You are no longer logged in")],
)
def test_a_refusal_says_it_in_the_readers_language(cookie: str, language: str, words: str) -> None:
    headers, content = refusals.answer(refusals.log_in(), "/desk/", {"cookie": cookie})
    assert dict(headers)[b"content-language"] == language.encode()
    assert words in content.decode()
    headers, content = refusals.answer(refusals.too_large(5 << 20), "/api/v1/x", {"cookie": cookie})
    assert dict(headers)[b"content-type"] == b"application/problem+json"
    assert "5 MB" in content.decode()
    assert dict(headers)[b"connection"] == b"close"


def test_what_was_left_with_a_name_is_swept(settings: Any) -> None:
    folder = spool.folder()
    assert (folder, folder.stat().st_mode & 0o777) == (Path(settings.VAMCO_DATA) / "spool", 0o700)
    (folder / "tmpleft").write_bytes(b"x")
    assert spool.sweep() == 1
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("size", [10, 3 << 20])
def test_an_uploaded_file_arrives_whole_and_has_no_name_on_the_disk(size: int) -> None:
    content = os.urandom(size)
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("báo cáo.pdf", content)})
    (file,) = request.FILES.values()
    try:
        assert (file.name, file.size, file.read()) == ("báo cáo.pdf", size, content)
        assert not hasattr(file, "temporary_file_path")
        assert list(spool.folder().iterdir()) == []
    finally:
        file.close()
