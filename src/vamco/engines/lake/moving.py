"""A lake that lies in another folder than the one it was written in: its metadata name all files by absolute paths.

Only for files that nobody else has open, such as those of a restored backup: they are rewritten in place.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyiceberg.avro.codecs import AVRO_CODEC_KEY, CODEC_MAPPING_ICEBERG_TO_AVRO
from pyiceberg.avro.file import AvroFile, AvroOutputFile
from pyiceberg.typedef import Record

from vamco.engines.lake.storage import storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.engines.lake.catalogue import Catalogue
    from vamco.engines.lake.storage import Storage

_SCHEMA = "avro.schema"
_LIST = "manifest_file"  # the name of the record in a list of manifests


def move(storage: Storage, catalogue: Catalogue, before: str) -> int:
    """Let the files under the storage's root and the catalogue say that root where they say `before`; give how many say so."""
    names = catalogue.names()
    if before == storage.root:
        return 0

    def here(text: str) -> str:
        return storage.root + text.removeprefix(before) if text.startswith(f"{before}/") else text

    moved = 0
    for name in names:
        found = [file.path for file in storage.files(f"{storage.table(name)}/metadata")]
        avro = [path for path in found if path.endswith(".avro")]
        rewritten = [path for path in found if path.endswith(".metadata.json")]
        with storage_errors():
            lists = {path for path in avro if _kind(storage, path) == _LIST}
            sizes = {path: _rewrite(storage, path, here) for path in avro if path not in lists}
            for path in lists:
                _rewrite(storage, path, here, sizes)
            for path in rewritten:
                _rewrite_json(storage, path, here)
            storage.settle([*avro, *rewritten])
        moved += len(avro) + len(rewritten)
    catalogue.move(before, storage.root)
    return moved


def _kind(storage: Storage, path: str) -> str:
    with AvroFile[Record](storage.io.new_input(path)) as file:
        return str(json.loads(file.header.meta[_SCHEMA])["name"])


def _rewrite(storage: Storage, path: str, here: Callable[[str], str], sizes: dict[str, int] | None = None) -> int:
    """Write a file of manifests or their entries again; gives its new size. `sizes`: those of the manifests that a list names."""
    with AvroFile[Record](storage.io.new_input(path)) as file:
        schema, meta = file.schema, file.header.meta
        name = json.loads(meta[_SCHEMA])["name"]
        records = [_mapped(record, here) for record in file]
    if sizes is not None:
        columns = [field.name for field in schema.fields]
        at, length = columns.index("manifest_path"), columns.index("manifest_length")
        for record in records:
            record[length] = sizes[record[at]]
    codec = {avro: own for own, avro in CODEC_MAPPING_ICEBERG_TO_AVRO.items()}.get(meta[AVRO_CODEC_KEY])
    kept = {key: value for key, value in meta.items() if key not in {_SCHEMA, AVRO_CODEC_KEY}}
    kept[AVRO_CODEC_KEY] = codec or meta[AVRO_CODEC_KEY]
    with AvroOutputFile[Record](storage.io.new_output(path), schema, name, metadata=kept) as out:
        if records:
            out.write_block(records)
    return len(storage.io.new_input(path))


def _rewrite_json(storage: Storage, path: str, here: Callable[[str], str]) -> None:
    with storage.io.new_input(path).open() as file:
        content = json.loads(file.read())
    with storage.io.new_output(path).create(overwrite=True) as out:
        out.write(json.dumps(_mapped(content, here)).encode())


def _mapped(value: Any, here: Callable[[str], str]) -> Any:
    """Return a value with each text in it passed through `here`."""
    if isinstance(value, str):
        return here(value)
    if isinstance(value, Record):
        return Record(*(_mapped(part, here) for part in value._data))  # noqa: SLF001  # a Record has no other way to its parts
    if isinstance(value, list):
        return [_mapped(part, here) for part in value]
    if isinstance(value, dict):
        return {key: _mapped(part, here) for key, part in value.items()}
    return value
