from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices to persons."""

    name = "vamco.kernel.work.notices"
    label = "notices"

    def ready(self) -> None:
        """Tell packs of the sections, and people of the table of addresses."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.notices import pack
        from vamco.kernel.work.notices.models import Contact
        from vamco.kernel.world.people import public as people

        packs.register(pack.KINDS)
        packs.register(pack.TEMPLATES)
        people.keep(Contact)
