from django.urls import path

from vamco.web import views

app_name = "web"
urlpatterns = [
    path("language", views.language, name="language"),
    path("style", views.style, name="style"),
    path("style/wall", views.style_wall, name="style_wall"),
    path("style/map.geojson", views.style_map, name="style_map"),
]
