"""What a signature on a result is over: the same text for the same content, whatever the order of its parts. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What is signed: whose dossier, by which template with which values or which file, by whom, when (ISO)."""

    dossier: str
    applicant: str
    template: str
    version: int
    values: dict[str, Any]
    file: str
    signer: int
    name: str
    title: str
    at: str


def fingerprint(signed: Signed) -> str:
    """Return the SHA-256 of what is signed, in hexadecimal."""
    text = json.dumps(asdict(signed), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
