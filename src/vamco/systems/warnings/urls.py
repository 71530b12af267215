from django.urls import path

from vamco.systems.warnings import pages

app_name = "warnings"
urlpatterns = [
    path("desk/alarms/", pages.alarms, name="alarms"),
    path("desk/alarms/past/", pages.past_alarms, name="past_alarms"),
    path("desk/alarms/<int:alarm_id>", pages.alarm, name="alarm"),
]
