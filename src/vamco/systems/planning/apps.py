from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class PlanningConfig(AppConfig):
    """Planning notices and investment projects."""

    name = "vamco.systems.planning"
    label = "planning"

    def ready(self) -> None:
        """Declare the act, and tell the search, the home and the navigation of the pages."""
        from vamco.kernel.record.search import public as search
        from vamco.kernel.world.access import public as access
        from vamco.systems.planning import queries
        from vamco.systems.planning.pages import finds
        from vamco.web import addresses, home, navigation, palette

        access.declare(queries.PUBLISH, N_("Publish planning notices and investment projects"))
        search.register(queries.NOTICE, queries.source("notice"))
        search.register(queries.PROJECT, queries.source("project"))
        palette.show(*finds.KINDS)
        home.register_tiles("follow", finds.tiles)
        addresses.register("planning", lambda: reverse("planning:notices"))
        addresses.register("investment", lambda: reverse("planning:projects"))
        navigation.register(
            navigation.Place(
                label=_("Publish planning"),
                url_name="planning:uploads",
                act=queries.PUBLISH,
                icon="upload",
                order=60,
                also=("planning:upload",),
            )
        )
