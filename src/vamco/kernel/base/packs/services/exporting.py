"""Writes what people edited on pages into the files of the uppermost layer."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from vamco.kernel.base.packs.contracts import Layer, Raw
from vamco.kernel.base.packs.queries import edits, folders
from vamco.kernel.base.packs.queries.reading import read
from vamco.kernel.base.packs.services.checking import check
from vamco.kernel.base.packs.services.sections import Section, section
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.base.packs.contracts import Edit


def export(folder: Path) -> list[str]:
    """Write all edits of pages into the files of the pack in `folder`; give the names of the files that changed.

    Comments and the order of the files stay. What stands in the layer below gets an entry of its own, with the key and the
    edited fields. The next load finds that files and pages say the same. PackRefused when the result is no right pack, and then
    nothing is written.
    """
    written: dict[Path, str] = {}
    layers, _faults = folders.layers(folder)
    for edit in edits.by_item().values():
        kind = section(edit.section)
        path, index = _place(layers[-1], kind, edit.key)
        text = written.get(path, path.read_text(encoding="utf-8-sig") if path.exists() else "")
        written[path] = _csv(text, index, edit) if path.suffix == ".csv" else _yaml(text, index, kind, edit)
    before = {path: path.read_bytes() if path.exists() else None for path in written}
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    try:
        check(folder)
    except BaseException:
        for path, content in before.items():
            path.unlink() if content is None else path.write_bytes(content)
        raise
    return sorted(path.relative_to(folder).as_posix() for path in written)


def _place(layer: Layer, kind: Section[Any], key: str) -> tuple[Path, int | None]:
    """Give the file in which an item of the layer stands or should stand, and its number there; None when it is not there."""
    counts: dict[str, int] = {}
    for raw in read(layer, kind.files):
        if not isinstance(raw, Raw):
            continue
        index = counts[raw.file] = counts.get(raw.file, -1) + 1
        if key == _key(kind, raw):
            return layer.folder / raw.file, index
    if "*" not in kind.files:
        return layer.folder / kind.files, None
    return layer.folder / kind.files.replace("*", key), None


def _key(kind: Section[Any], raw: Raw) -> str | None:
    if (written := kind.written_key(raw.data)) is not None:
        return written
    try:
        return kind.key_of(kind.model.model_validate(raw.data))
    except ValueError:
        return None


def _yaml(text: str, index: int | None, kind: Section[Any], edit: Edit) -> str:
    from ruamel.yaml import YAML

    reader = YAML(typ="rt", pure=True)
    reader.preserve_quotes = True
    reader.width = 120
    document = reader.load(text)
    field = kind.model.model_fields[kind.key]
    if index is None:
        entry: Any = {field.alias or kind.key: edit.key}
        if document is None and "*" in kind.files:
            document = entry
        else:
            document = document if isinstance(document, list) else [] if document is None else [document]
            document.append(entry)
    else:
        entry = document[index] if isinstance(document, list) else document
    for name, value in edit.fields.items():
        entry[kind.model.model_fields[name].alias or name] = value
    out = io.StringIO()
    reader.dump(document, out)
    return out.getvalue()


def _csv(text: str, index: int | None, edit: Edit) -> str:
    if index is None:
        raise Refused("packs.no_export", N_("%(section)s cannot be written into files."), section=edit.section)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    header = rows[0]
    for name, value in edit.fields.items():
        if name not in header:
            header.append(name)
            for row in rows[1:]:
                row.append("")
        rows[index + 1][header.index(name)] = _cell(value)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
