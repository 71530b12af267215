from django.apps import AppConfig


class FormsConfig(AppConfig):
    """What is asked of somebody, and their drafts."""

    name = "vamco.kernel.work.forms"
    label = "forms"

    def ready(self) -> None:
        """Tell packs of the section."""
        from vamco.kernel.base.packs import public as packs
        from vamco.kernel.work.forms import pack

        packs.register(pack.SECTION)
