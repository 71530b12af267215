from django.apps import AppConfig


class Web(AppConfig):
    """The look of the site: templates, components, static files, error pages."""

    name = "vamco.web"
    label = "web"
