from django.urls import path

from vamco.systems.service_quality.pages import scores

app_name = "service_quality"
urlpatterns = [
    path("desk/quality", scores.league, name="league"),
    path("desk/quality/<str:agency_code>", scores.office, name="office"),
    path("desk/quality/<str:measured>/<str:measure>", scores.counted, name="counted"),
]
