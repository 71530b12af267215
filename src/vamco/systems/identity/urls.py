from django.urls import path

from vamco.systems.identity import pages

app_name = "identity"
urlpatterns = [
    path("log-in", pages.log_in, name="log_in"),
    path("log-out", pages.log_out, name="log_out"),
]
