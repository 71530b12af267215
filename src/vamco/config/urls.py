"""Every address of the site; each system brings its own."""

from django.urls import include, path

from vamco.web import api

urlpatterns = [
    path("", include("vamco.systems.ioc.urls")),
    path("", include("vamco.systems.identity.urls")),
    path("", include("vamco.systems.hub.urls")),
    path("", include("vamco.systems.warnings.urls")),
    path("", include("vamco.systems.desk.urls")),
    path("", include("vamco.web.urls")),
    path("api/v1/", include((api.patterns(), "api"))),
]

handler400 = "vamco.web.rim.bad_request"
handler403 = "vamco.web.rim.forbidden"
handler404 = "vamco.web.rim.missing"
handler500 = "vamco.web.rim.broken"
