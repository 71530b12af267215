"""`vamco pack new PROVINCE | load | export | boundaries FILE | schematic`: what a province does with its pack."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.console import say
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run one of these; 1 when something was refused."""
    from vamco.config.environment import environment

    parser = argparse.ArgumentParser(prog="vamco pack", description=__doc__)
    parser.add_argument("--folder", type=Path, default=environment().pack, help="the pack (default: VAMCO_PACK)")
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="make a working pack for a province from the national list of units")
    new.add_argument("province", help='code or name, such as 96 or "Cà Mau"')
    new.add_argument(
        "--demonstration",
        action="store_true",
        help="with made-up investors and sources, so that `vamco up` can show it",
    )
    new.add_argument("into", nargs="?", type=Path, help="an empty folder (default: beside the packs of the checkout)")
    commands.add_parser("load", help="check the pack and bring the database to what it says")
    boundaries = commands.add_parser(
        "boundaries", help="check the province's own boundary layer and show it from now on"
    )
    boundaries.add_argument("file", type=Path, help="GeoJSON in WGS 84 with the communes' codes")
    boundaries.add_argument("--source", default="", help="who published the layer, shown beside the map")
    commands.add_parser("export", help="write what was edited on pages into the files of the pack")
    commands.add_parser("schematic", help="compute the schematic map from points and areas, into the pack")
    options = parser.parse_args(argv)
    from vamco.cli import pack_map

    if options.command == "new":
        from vamco.cli import pack_new

        pack_new.make(options.province, options.into, demonstration=options.demonstration)
        return 0
    if options.command == "schematic":
        print(pack_map.write_schematic(options.folder))
        return 0
    from vamco.config.start import start

    start()
    if options.command == "load":
        load(options.folder)
        return 0
    if options.command == "export":
        export(options.folder)
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
    for name, keys in report.adopted.items():
        say(
            N_("%(section)s: the files now say what was edited on a page: %(keys)s"), section=name, keys=", ".join(keys)
        )
    for difference in report.differences:
        message = (
            N_(
                "%(section)s %(key)s: %(field)s is %(page)s on the page (it holds), %(file)s in the files, which have changed since"
            )
            if difference.conflict
            else N_("%(section)s %(key)s: %(field)s is %(page)s on the page (it holds), %(file)s in the files")
        )
        say(message, **difference._asdict())
    if report.differences:
        say(N_("`vamco pack export` writes the values of the pages into the files."))


def export(folder: Path) -> None:
    """Write what was edited on pages into the files, and name them."""
    from vamco.kernel.base.packs import public as packs

    names = packs.export(folder)
    if not names:
        say(N_("Nothing was edited on pages that the files do not say."))
    for name in names:
        say(N_("%(file)s: written"), file=name)
