"""The files of other projects that pages load, and how they come under `static/vendor/` (git does not keep them)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).resolve().parent / "static" / "vendor"

_FONT = "@fontsource/be-vietnam-pro"
_TINOS = "@expo-google-fonts/tinos"  # PDF documents embed it: the widths of Times New Roman, all Vietnamese letters

FILES: Final[dict[str, str]] = {
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
    "echarts/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "be-vietnam-pro/LICENSE": f"{_FONT}/LICENSE",
    **{
        f"be-vietnam-pro/{subset}-{weight}.woff2": f"{_FONT}/files/be-vietnam-pro-{subset}-{weight}-normal.woff2"
        for subset in ("latin", "vietnamese")
        for weight in (400, 500, 600, 700)
    },
    "tinos/LICENSE": f"{_TINOS}/LICENSE_FONT",
    "tinos/regular.ttf": f"{_TINOS}/400Regular/Tinos_400Regular.ttf",
    "tinos/bold.ttf": f"{_TINOS}/700Bold/Tinos_700Bold.ttf",
    "tinos/italic.ttf": f"{_TINOS}/400Regular_Italic/Tinos_400Regular_Italic.ttf",
    "tinos/bold-italic.ttf": f"{_TINOS}/700Bold_Italic/Tinos_700Bold_Italic.ttf",
}


def place(modules: Path, static: Path = STATIC) -> list[Path]:
    """Copy the files from npm's folder `modules`; gives those that changed. A missing one raises FileNotFoundError."""
    changed = []
    for name, origin in FILES.items():
        source, target = modules / origin, static / name
        content = source.read_bytes()
        if target.exists() and target.read_bytes() == content:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        changed.append(target)
    return changed


def missing(static: Path = STATIC) -> list[str]:
    """Give the names of the files that are not in place."""
    return [name for name in FILES if not (static / name).is_file()]
