from django.apps import AppConfig
from django.urls import reverse


class OnestopConfig(AppConfig):
    """Procedures, and the dossiers of them."""

    name = "vamco.systems.onestop"
    label = "onestop"

    def ready(self) -> None:
        """Tell packs of the sections, cases of the kind of dossiers, the search of the procedures, and other rooms of the pages."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.record.search import public as search
        from vamco.kernel.work.cases import public as cases
        from vamco.kernel.world.access import public as access
        from vamco.kernel.world.people import public as people
        from vamco.lib.errors import N_
        from vamco.systems.onestop import contracts, pack, queries
        from vamco.systems.onestop.demo import filling  # noqa: F401  # a job of the demonstration
        from vamco.systems.onestop.models import OutsideHolder
        from vamco.systems.onestop.pages import face, fee, finds, office_places, tiles
        from vamco.systems.onestop.services import (
            charging,
            fitting,
            holdings,
            listing,
            moving,
            officials,
            outside_parts,
            registers,
        )
        from vamco.web import addresses, home, palette

        packs.need("cases", contracts.KIND, by="onestop")
        packs.need("cases", contracts.PART, by="onestop")
        cases.register(
            cases.Kind(contracts.KIND, on_act=moving.on_act, face=face.FACE, guard=fitting.guard, words=listing.words)
        )
        access.declare(contracts.APPLY, N_("File a dossier and follow it"))
        access.declare(contracts.RECEIVE, N_("Receive dossiers and hand results over"))
        access.declare(contracts.APPRAISE, N_("Appraise dossiers"))
        access.declare(contracts.APPROVE, N_("Approve dossiers"))
        access.declare(contracts.SIGN, N_("Sign results"))
        access.declare(contracts.NUMBER, N_("Number and release results"))
        access.declare(contracts.ANSWER_PART, N_("Answer for another agency in a dossier"))
        officials.register()
        office_places.register()
        face.also(fee.panels)
        charging.register()
        registers.register()
        outside_parts.register()
        holdings.register()
        people.keep(OutsideHolder)
        for section in pack.SECTIONS:
            packs.register(section)
        for kind, source in queries.SOURCES.items():
            search.register(kind, source)
        palette.show(*finds.KINDS)
        home.register_tiles("life", tiles.life_events)
        home.register_tiles("services", tiles.services)
        home.register_tiles("papers", tiles.papers)
        home.register_tiles("dossiers", tiles.dossiers)
        addresses.register("dossiers", lambda: reverse("onestop:dossiers"))
        addresses.register("dossier", lambda which: reverse("onestop:dossier", args=[which]))
        addresses.register("file_for_person", lambda: reverse("onestop:counter"), contracts.RECEIVE)
        addresses.register("name_fee", lambda case: reverse("onestop:name_fee", args=[case]))
        addresses.register("procedures", lambda: reverse("onestop:procedures"))
        addresses.register("procedure", lambda code: reverse("onestop:procedure", args=[code]))
        addresses.register("life_event", lambda code: reverse("onestop:life_event", args=[code]))
