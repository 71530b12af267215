from django.apps import AppConfig


class StyleConfig(AppConfig):
    name = "vamco.demo.style"
    label = "style"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from vamco.demo.style import pages
        from vamco.web import palette

        palette.register(_("Style guide"), pages.commands)
