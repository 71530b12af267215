from django.urls import path

from vamco.systems.ioc.pages import board

app_name = "ioc"
urlpatterns = [
    path("board", board.board, name="board"),
    path("wall", board.wall, name="wall"),
    path("indicators/<str:code>", board.indicator, name="indicator"),
    path("values/<int:value_id>", board.lineage, name="lineage"),
    path("values/<int:value_id>/rows", board.rows, name="rows"),
    path("values/<int:value_id>/rows/denominator", board.denominator_rows, name="denominator_rows"),
    path("map/communes.geojson", board.communes, name="communes"),
]
