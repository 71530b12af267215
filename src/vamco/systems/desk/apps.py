from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class DeskConfig(AppConfig):
    name = "vamco.systems.desk"
    label = "desk"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.record.search import public as search
        from vamco.kernel.work.cases import public as cases
        from vamco.kernel.world.access import public as access
        from vamco.systems.desk import queries
        from vamco.systems.desk.pages import faces, units
        from vamco.web import addresses, home, navigation, palette

        access.declare("desk.view_inbox", N_("See the own inbox"))
        access.declare("desk.ask_agency", N_("Ask another agency to do something"))
        access.declare("desk.handle_request", N_("Handle what another agency asks for"))
        access.declare("desk.give_opinion", N_("Give the opinion that another agency asks for"))
        access.declare("desk.steer_work", N_("See, stop and repeat background work"))
        access.declare("desk.see_modes", N_("See how systems stand towards national platforms"))
        access.declare("desk.switch_mode", N_("Switch how a system stands towards national platforms"))
        for kind in ("request", "opinion"):
            packs.need("cases", kind, by="desk")
        cases.register(cases.Kind("request", face=faces.REQUEST))
        cases.register(cases.Kind("opinion", face=faces.OPINION))
        home.register(home.OfficialHome(label=_("My work"), url_name="desk:inbox", act="desk.view_inbox", order=20))
        navigation.register(
            navigation.Place(
                label=_("My work"),
                url_name="desk:inbox",
                act="desk.view_inbox",
                icon="inbox",
                order=20,
                also=(
                    "desk:following",
                    "desk:case",
                    "desk:open",
                    "desk:load",
                    "desk:kinds",
                    "desk:kind",
                    "desk:notices",
                    "desk:notice",
                ),
            ),
        )
        navigation.extend("hub:runs", "desk:work", "desk:replay")
        navigation.register(
            navigation.Place(
                label=_("National platforms"),
                url_name="desk:modes",
                act="desk.see_modes",
                icon="plug",
                order=90,
                group=navigation.ADMINISTRATION,
                also=("desk:mode",),
            ),
        )
        addresses.register("inbox", lambda: reverse("desk:inbox"), "desk.view_inbox")
        addresses.register("case", lambda case: reverse("desk:case", args=[case]), by_thing=True)
        addresses.register("place", lambda code: reverse("desk:place", args=[code]))
        addresses.register("agency", lambda code: reverse("desk:agency", args=[code]))
        palette.show(*units.KINDS)
        for kind, source in queries.SOURCES.items():
            search.register(kind, source)
        addresses.register("work", lambda: reverse("desk:work"), "desk.steer_work")
