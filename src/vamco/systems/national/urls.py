from django.urls import path

from vamco.systems.national.pages import standing

app_name = "national"
urlpatterns = [
    path("desk/national", standing.standing, name="standing"),
]
