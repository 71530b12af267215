from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Stored files."""

    name = "vamco.kernel.record.files"
    label = "files"
