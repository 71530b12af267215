from django.urls import path

from vamco.systems.portal.pages import home

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("home/switch", home.switch, name="switch"),
]
