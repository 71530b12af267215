from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "vamco.kernel.base.packs"
    label = "packs"
