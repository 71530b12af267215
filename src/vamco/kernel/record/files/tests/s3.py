"""A small server that speaks as much S3 as a store needs: whole and multipart uploads, reads of a part, a listing."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import threading
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET = "vamco"


class Simulator(ThreadingHTTPServer):
    """Holds the objects, each with its time; `away`: answer nothing any more."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.objects: dict[str, tuple[bytes, dt.datetime]] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.away = False
        self.swallow = False  # lose the second half of what is uploaded, and say that all is well

    @property
    def address(self) -> str:
        """The setting that leads here."""
        return f"s3://key:secret@{BUCKET}/files?scheme=http&endpoint_override=127.0.0.1%3A{self.server_address[1]}&region=us-east-1"


class Conversation(BaseHTTPRequestHandler):
    server: Simulator
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def _where(self) -> tuple[str, dict[str, list[str]]]:
        parts = urlsplit(self.path)
        return unquote(parts.path).removeprefix(f"/{BUCKET}").lstrip("/"), parse_qs(parts.query, keep_blank_values=True)

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            found = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                found += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
        else:
            found = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            plain, rest = b"", found
            while rest:
                head, _, rest = rest.partition(b"\r\n")
                size = int(head.split(b";")[0], 16)
                if size == 0:
                    break
                plain, rest = plain + rest[:size], rest[size + 2 :]
            return plain
        return found

    def _keep(self, key: str, content: bytes) -> None:
        content = content[: len(content) // 2] if self.server.swallow else content
        self.server.objects[key] = (content, dt.datetime.now(dt.UTC).replace(microsecond=0))

    def do_PUT(self) -> None:
        key, query = self._where()
        body = self._body()
        if self.server.away:
            return self._answer(403)
        if "partNumber" in query:
            self.server.parts[query["uploadId"][0]][int(query["partNumber"][0])] = body
        elif key:
            self._keep(key, body)
        return self._answer(200, ETag='"e"')

    def do_POST(self) -> None:
        key, query = self._where()
        self._body()
        if self.server.away:
            return self._answer(403)
        if "uploads" in query:
            upload = f"u{len(self.server.parts)}"
            self.server.parts[upload] = {}
            found = f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
        else:
            parts = self.server.parts.pop(query["uploadId"][0])
            self._keep(key, b"".join(parts[number] for number in sorted(parts)))
            found = '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>'
        return self._answer(200, found.encode())

    def do_DELETE(self) -> None:
        key, _ = self._where()
        if not self.server.away:
            self.server.objects.pop(key, None)
        self._answer(403 if self.server.away else 204)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        key, query = self._where()
        if self.server.away:
            return self._answer(403)
        if not key:
            return self._list(query) if "list-type" in query else self._answer(200)
        if key not in self.server.objects:
            return self._answer(404)
        content, at = self.server.objects[key]
        told = {"Last_Modified": format_datetime(at, usegmt=True), "ETag": '"e"'}
        if span := re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", "")):
            first, last = int(span[1]), min(int(span[2]), len(content) - 1)
            told["Content_Range"] = f"bytes {first}-{last}/{len(content)}"
            return self._answer(206, content[first : last + 1], **told)
        return self._answer(200, content, **told) if self.command == "GET" else self._head(content, told)

    def _head(self, content: bytes, told: dict[str, str]) -> None:
        self._answer(200, **{**told, "Content-Length": str(len(content))})

    def _list(self, query: dict[str, list[str]]) -> None:
        prefix = query.get("prefix", [""])[0]
        rows = "".join(
            f"<Contents><Key>{key}</Key><Size>{len(content)}</Size><LastModified>{at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
            for key, (content, at) in sorted(self.server.objects.items())
            if key.startswith(prefix)
        )
        count = rows.count("<Key>")
        body = (
            f"<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>{count}</KeyCount>{rows}</ListBucketResult>"
        )
        self._answer(200, body.encode())


@contextlib.contextmanager
def running() -> Iterator[Simulator]:
    with Simulator() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
