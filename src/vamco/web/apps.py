from django.apps import AppConfig


class Web(AppConfig):
    """The look of the site: templates, components, static files, error pages."""

    name = "vamco.web"
    label = "web"

    def ready(self) -> None:
        """Let the search show documents."""
        from vamco.web import palette, verification

        palette.show(verification.DOCUMENTS)
