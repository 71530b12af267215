from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Administrative units."""

    name = "vamco.kernel.world.places"
    label = "places"

    def ready(self) -> None:
        """Tell packs of the sections."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.places import pack

        packs.register(pack.SECTION)
        packs.register(pack.SUCCESSIONS)
        packs.register(pack.MAP_SECTION)
