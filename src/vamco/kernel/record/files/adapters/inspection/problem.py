from __future__ import annotations


class Problem(Exception):  # noqa: N818 - an error is a noun phrase here
    """Why a file cannot be taken in: the part of an error code behind "files." and what the sentence needs."""

    def __init__(self, code: str, /, **data: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.data = data
