from django.apps import AppConfig

from vamco.lib.errors import N_


class HubConfig(AppConfig):
    name = "vamco.systems.hub"
    label = "hub"

    def ready(self) -> None:
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import public as access
        from vamco.systems.hub import pack

        packs.register(pack.DATASETS)
        packs.register(pack.SOURCES)
        access.declare("hub.view_runs", N_("See sources, runs and quarantined rows"))
        access.declare(
            "hub.see_personal", N_("Open personal data in source rows and files, each time for a stated purpose")
        )
        access.declare("hub.collect", N_("Collect from a source now"))
