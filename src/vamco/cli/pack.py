"""`vamco pack load | boundaries FILE | schematic`: what a province does with its pack."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run one of the three; 1 when something was refused."""
    from vamco.config.environment import environment

    parser = argparse.ArgumentParser(prog="vamco pack", description=__doc__)
    parser.add_argument("--folder", type=Path, default=environment().pack, help="the pack (default: VAMCO_PACK)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("load", help="check the pack and bring the database to what it says")
    boundaries = commands.add_parser(
        "boundaries", help="check the province's own boundary layer and show it from now on"
    )
    boundaries.add_argument("file", type=Path, help="GeoJSON in WGS 84 with the communes' codes")
    boundaries.add_argument("--source", default="", help="who published the layer, shown beside the map")
    commands.add_parser("schematic", help="compute the schematic map from points and areas, into the pack")
    options = parser.parse_args(argv)
    from vamco.cli import pack_map

    if options.command == "schematic":
        print(pack_map.write_schematic(options.folder))
        return 0
    from vamco.config.start import start

    start()
    if options.command == "load":
        load(options.folder)
        return 0

    def store(layer: dict[str, Any]) -> None:
        from vamco.kernel.world.places import public as places

        places.store_layer(layer, name=options.file.name, source=options.source, schematic=False)

    return 0 if pack_map.import_boundaries(options.file, options.folder, store) else 1


def load(folder: Path) -> None:
    """Bring the database to what the pack says, and say what changed."""
    from vamco.kernel.base.packs import public as packs
    from vamco.kernel.record.search import public as search

    report = packs.load(folder)
    search.refresh()
    for name, keys in report.changed.items():
        known = report.fields.get(name, {})
        print(f"{name}: {len(keys) - len(known)} new, {len(known)} changed")
        for key, fields in known.items():
            print(f"  {key}: {', '.join(fields)}")
    for name, keys in report.gone.items():
        print(f"{name}: no longer in the pack, kept: {', '.join(keys)}")
