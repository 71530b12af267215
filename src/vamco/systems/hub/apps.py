from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vamco.lib.errors import N_


class HubConfig(AppConfig):
    name = "vamco.systems.hub"
    label = "hub"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.systems.hub import pack
        from vamco.systems.hub.pages import first_day
        from vamco.web import navigation
        from vamco.web.first_day import register

        packs.register(pack.DATASETS)
        packs.register(pack.SOURCES)
        access.declare("hub.view_runs", N_("See sources, runs and quarantined rows"))
        access.declare(
            "hub.see_personal", N_("Open personal data in source rows and files, each time for a stated purpose")
        )
        access.declare("hub.collect", N_("Collect from a source now"))
        access.declare(
            "hub.release", N_("Release or reject deliveries that are held, and declare rows in quarantine void")
        )
        access.declare("hub.retry_dead_letter", N_("Send a dead letter again or discard it"))
        register(first_day.STEP)
        navigation.register(
            navigation.Place(
                label=_("Data runs"),
                url_name="hub:runs",
                act="hub.view_runs",
                icon="run",
                order=40,
                also=("hub:all_runs", "hub:run", "hub:row", "hub:dataset", "hub:letters"),
            )
        )
