from django.apps import AppConfig


class ModesConfig(AppConfig):
    """Modes towards national platforms."""

    name = "vamco.kernel.base.modes"
    label = "modes"

    def ready(self) -> None:
        """Register the pack's section."""
        from vamco.kernel.base.modes import pack
        from vamco.kernel.base.packs import public as packs

        packs.register(pack.SECTION)
