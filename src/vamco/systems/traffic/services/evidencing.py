"""The evidence file: made whole, signed, then kept."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from vamco.kernel.record.files import public as kept
from vamco.systems.traffic.models import Evidence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from vamco.engines.vision.contracts import Passage
    from vamco.systems.traffic.contracts import EvidenceFiles, Finding, RoadRule
    from vamco.systems.traffic.models import Camera, RuleVersion


@dataclass(frozen=True)
class Ready:
    """An evidence file that lies whole on disk, and has no row yet."""

    examined: kept.Examined
    manifest: str


@contextmanager
def made(
    passage: Passage, finding: Finding, files: EvidenceFiles, *, camera: Camera, rule: RoadRule, version: RuleVersion
) -> Iterator[Ready]:
    """Make an evidence file, and give it before it has a row."""
    what = {
        "camera": camera.code,
        "drawing": camera.drawing.version if camera.drawing else 0,
        "act": finding.act,
        "at": finding.at.isoformat(),
        "rule": {"code": version.code, "version": version.version, "document": rule.document},
        "measured": dict(finding.measured),
        "held": list(finding.held),
        "models": dict(passage.models),
    }
    parts = {
        **{f"frames/{name}": content for name, content in files.frames.items()},
        **({files.clip_name: files.clip} if files.clip else {}),
        "what.json": _json(what),
        "track.json": _json(asdict(passage)),
        **files.more,
    }
    manifest = _json({name: hashlib.sha256(content).hexdigest() for name, content in sorted(parts.items())})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("manifest.json", manifest)
        for name, content in parts.items():
            archive.writestr(name, content)
    out.seek(0)
    with kept.examined(out, name=f"{passage.key[:16]}-{finding.act}.zip", terms=kept.AS_DELIVERED) as examined:
        yield Ready(examined, hashlib.sha256(manifest).hexdigest())


def keep(ready: Ready, *, camera: Camera, at: dt.datetime) -> Evidence:
    """Give the file its row: part of the transaction that opens the case."""
    file = kept.keep(ready.examined, agency=camera.agency)
    return Evidence.objects.create(file=file, manifest=ready.manifest, camera=camera, at=at)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()
