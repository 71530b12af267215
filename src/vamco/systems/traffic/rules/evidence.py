"""An evidence file: a ZIP whose manifest names every part with its SHA-256, and a signature beside the manifest. Pure.

manifest.json   format, camera, when it was made, parts: name → {sha256, size}
manifest.p7s    CMS signature over the bytes of manifest.json, with a timestamp where an authority was asked
frames/NN.jpg   pictures as the camera sent them; owner/NN.jpg the same with bystanders blurred
plate.jpg       the plate, as it was read; clip.webm; track.json; what.json: act, rule, models, light log, figures
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FORMAT: Final = "vamco-evidence/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.p7s"
LARGEST: Final = 256 << 20
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same content


def written(content: Any) -> bytes:
    """Return JSON, always the same for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()


def packed(
    parts: Mapping[str, bytes], about: Mapping[str, object], sign: Callable[[bytes], bytes]
) -> tuple[bytes, str]:
    """Return an evidence file, and the SHA-256 of its manifest. `sign` gives the signature over the manifest's bytes."""
    listed = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)} for name, content in parts.items()
    }
    manifest = written({"format": FORMAT, **about, "parts": listed})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {MANIFEST: manifest, SIGNATURE: sign(manifest), **dict(sorted(parts.items()))}.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content)
    return out.getvalue(), hashlib.sha256(manifest).hexdigest()


def opened(content: bytes) -> tuple[dict[str, bytes], list[str]]:
    """Return the parts of a file by name, and what is wrong in how it is packed; no parts where it is no such file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            if sum(info.file_size for info in infos) > LARGEST:
                return {}, ["file: too large"]
            faults = [f"{name}: stands more than once" for name in sorted({n for n in names if names.count(n) > 1})]
            parts = {}
            for info in infos:
                try:
                    parts[info.filename] = archive.read(info)
                except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError):
                    faults.append(f"{info.filename}: damaged")
            return parts, faults
    except (zipfile.BadZipFile, EOFError, ValueError, OSError):
        return {}, ["file: not a ZIP file, or cut short"]


def manifest_of(parts: Mapping[str, bytes]) -> dict[str, Any] | None:
    """Return the manifest, None where there is none that can be read."""
    try:
        found = json.loads(parts[MANIFEST])
    except (KeyError, ValueError):
        return None
    fits = isinstance(found, dict) and found.get("format") == FORMAT and isinstance(found.get("parts"), dict)
    return found if fits else None


def faults(parts: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[str]:
    """Name each part that was edited, is missing or was added."""
    listed = manifest["parts"]
    for name in sorted(listed):
        said = listed[name]
        if name not in parts:
            yield f"{name}: missing"
        elif not isinstance(said, dict) or hashlib.sha256(parts[name]).hexdigest() != said.get("sha256"):
            yield f"{name}: edited"
    for name in sorted(set(parts) - set(listed) - {MANIFEST, SIGNATURE}):
        yield f"{name}: added"
