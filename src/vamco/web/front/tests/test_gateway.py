"""A request as WSGI sees it, and answers on their way back."""

from __future__ import annotations

import io
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from vamco.web import spool
from vamco.web.front import gateway


def scope(**more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "raw_path": b"/a%20b/%C4%83",
        "path": "/a b/ă",
        "query_string": b"q=%C4%83",
        "server": ("127.0.0.1", "8000"),
        "client": ("192.0.2.1", "1234"),
        "scheme": "http",
        "http_version": "1.1",
        "headers": [],
        **more,
    }


def environ(*headers: tuple[bytes, bytes], size: int = 0) -> dict[str, Any]:
    return gateway.environ(scope(headers=list(headers)), io.BytesIO(), size)


def test_path_query_and_address() -> None:
    found = environ()
    assert found["PATH_INFO"].encode("latin-1").decode() == "/a b/ă"
    assert found["QUERY_STRING"] == "q=%C4%83"
    assert found["REMOTE_ADDR"] == "192.0.2.1"
    assert "CONTENT_LENGTH" not in found


def test_a_header_with_an_underscore_overwrites_nothing() -> None:
    found = environ(
        (b"x-forwarded-for", b"10.1.1.1"), (b"x_forwarded_for", b"1.2.3.4"), (b"x-forwarded_for", b"5.6.7.8")
    )
    assert found["HTTP_X_FORWARDED_FOR"] == "10.1.1.1"


def test_headers_that_come_twice_are_joined() -> None:
    found = environ(
        (b"x-a", b"1"), (b"x-a", b"2"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"content-type", b"text/plain")
    )
    assert (found["HTTP_X_A"], found["HTTP_COOKIE"], found["CONTENT_TYPE"]) == ("1,2", "a=1; b=2", "text/plain")


def test_the_length_is_the_one_that_arrived() -> None:
    found = environ((b"content-length", b"7"), (b"transfer-encoding", b"chunked"), size=5)
    assert found["CONTENT_LENGTH"] == "5"
    assert not {"HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"} & set(found)


def respond(response: Any) -> gateway.Answer:
    closed: list[int] = []
    original = response.close

    def close() -> None:
        closed.append(1)
        original()

    response.close = close

    def application(environment: dict[str, Any], start: Any) -> Any:
        start(f"{response.status_code} OK", list(response.items()))
        if getattr(response, "file_to_stream", None) is not None:  # as Django's handler does it
            response.file_to_stream.close = response.close
            return environment["wsgi.file_wrapper"](response.file_to_stream, response.block_size)
        return response

    answer = gateway.respond(application, environ())
    if answer.rest is None:
        assert closed == [1]
    return answer


def whole(answer: gateway.Answer) -> bytes:
    rest = b""
    if answer.rest is not None:
        rest = answer.rest.read()
        answer.rest.close()
    return answer.content + rest


def test_a_page_is_taken_at_once() -> None:
    answer = respond(HttpResponse("xin chào", status=201))
    assert (answer.status, whole(answer), answer.rest) == (201, "xin chào".encode(), None)


def test_a_long_stream_is_taken_to_its_end_and_waits_in_a_file() -> None:
    answer = respond(StreamingHttpResponse(b"%06d," % n for n in range(300_000)))
    assert dict(answer.headers)[b"content-length"] == b"2100000"
    assert answer.rest is not None
    assert whole(answer) == b"".join(b"%06d," % n for n in range(300_000))
    assert list(spool.folder().iterdir()) == []


def test_files_small_and_large_arrive_whole() -> None:
    for size in (0, 10, 1 << 20, (1 << 20) + 1, 3 << 20):
        content = bytes(range(256)) * (size // 256 + 1)
        assert whole(respond(FileResponse(io.BytesIO(content[:size])))) == content[:size]
