from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Who may do what where."""

    name = "vamco.kernel.world.access"
    label = "access"

    def ready(self) -> None:
        """Tell packs of the section."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.world.access import pack

        packs.register(pack.SECTION)
