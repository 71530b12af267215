"""Every file that a form brings arrives, whatever its name: Django leaves out, without a word, those whose name it cannot keep."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Final

from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict

NAMELESS: Final = "file"


class _Parser(MultiPartParser):
    """Django's, but for names of which nothing is left."""

    def sanitize_file_name(self, file_name: str) -> str:
        """Return the last part of a path that is a name, and NAMELESS where there is none."""
        bare = html.unescape(file_name).rstrip("/\\. ")
        return super().sanitize_file_name(bare) or NAMELESS


class EveryFile(FileUploadHandler):
    """The first upload handler: it has the body read by our parser, for the handlers behind it."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> tuple[QueryDict, MultiValueDict[str, Any]]:
        """Return the fields and the files of a body."""
        body, meta, _length, _boundary, encoding = (*args, *kwargs.values())
        assert self.request is not None  # noqa: S101  # Django makes it with one
        behind = [handler for handler in self.request.upload_handlers if handler is not self]
        fields, files = _Parser(meta, body, behind, encoding).parse()
        return fields, files

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002  # never called: it holds no file
        """Leave every piece to the others."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Hold no file."""
