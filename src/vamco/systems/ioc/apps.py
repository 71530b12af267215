from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class IocConfig(AppConfig):
    name = "vamco.systems.ioc"
    label = "ioc"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.systems.ioc import pack
        from vamco.web import addresses, home, navigation

        packs.register(pack.SECTION)
        for board in ("leaders", "wall"):
            packs.need("boards", board, by="ioc")
        access.declare("ioc.view_board", N_("See the leaders’ board, the wall and the map"))
        addresses.register("board", lambda: reverse("ioc:board"))
        addresses.register("indicator", lambda code: reverse("ioc:indicator", args=[code]))
        addresses.register("value", lambda value: reverse("ioc:lineage", args=[value]))
        home.register(home.OfficialHome(label=_("Board"), url_name="ioc:board", act="ioc.view_board", order=10))
        navigation.register(
            navigation.Place(
                label=_("Board"),
                url_name="ioc:board",
                act="ioc.view_board",
                icon="chart",
                order=10,
                also=("ioc:indicator", "ioc:lineage", "ioc:rows", "ioc:denominator_rows"),
            ),
            navigation.Place(label=_("Wall"), url_name="ioc:wall", act="ioc.view_board", icon="wall", order=90),
        )
