from django.apps import AppConfig
from django.urls import reverse


class OnestopConfig(AppConfig):
    """The catalogue of procedures."""

    name = "vamco.systems.onestop"
    label = "onestop"

    def ready(self) -> None:
        """Tell packs of the sections, the search of the procedures, and other rooms of the pages."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.record.search import public as search
        from vamco.systems.onestop import pack, queries
        from vamco.systems.onestop.pages import finds, tiles
        from vamco.web import addresses, home, palette

        for section in pack.SECTIONS:
            packs.register(section)
        for kind, source in queries.SOURCES.items():
            search.register(kind, source)
        palette.show(*finds.KINDS)
        home.register_tiles("life", tiles.life_events)
        home.register_tiles("services", tiles.services)
        addresses.register("procedures", lambda: reverse("onestop:procedures"))
        addresses.register("procedure", lambda code: reverse("onestop:procedure", args=[code]))
        addresses.register("life_event", lambda code: reverse("onestop:life_event", args=[code]))
