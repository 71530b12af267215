from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "vamco.kernel.record.files"
    label = "files"
