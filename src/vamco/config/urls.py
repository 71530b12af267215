"""Every address of the site; each system brings its own."""

from django.apps import apps
from django.urls import include, path

from vamco import systems
from vamco.web import api

urlpatterns = [
    *(path("", include(module)) for module in systems.parts("urls")),
    path("", include("vamco.web.urls")),
    path("api/v1/", include((api.patterns(), "api"))),  # last: by now all systems have mounted theirs
]
if apps.is_installed("vamco.demo.style"):
    urlpatterns.append(path("style", include("vamco.demo.style.urls")))

handler400 = "vamco.web.rim.bad_request"
handler403 = "vamco.web.rim.forbidden"
handler404 = "vamco.web.rim.missing"
handler500 = "vamco.web.rim.broken"
