from django.apps import AppConfig

from vamco.lib.errors import N_


class FilesConfig(AppConfig):
    """Stored files."""

    name = "vamco.kernel.record.files"
    label = "files"

    def ready(self) -> None:
        """Declare the one act of its own."""
        from vamco.kernel.world.access import public as access

        access.declare("files.view_originals", N_("See the original of a photo, with its place and time"))
