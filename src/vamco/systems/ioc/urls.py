from django.urls import path

from vamco.systems.ioc import pages

app_name = "ioc"
urlpatterns = [
    path("", pages.board, name="board"),
    path("wall", pages.wall, name="wall"),
    path("indicators/<str:code>", pages.indicator, name="indicator"),
    path("values/<int:value_id>", pages.lineage, name="lineage"),
    path("map/communes.geojson", pages.communes, name="communes"),
]
