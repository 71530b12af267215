from django.urls import path

from vamco.systems.warnings.pages import alarms

app_name = "warnings"
urlpatterns = [
    path("desk/alarms/", alarms.alarms, name="alarms"),
    path("desk/alarms/past/", alarms.past_alarms, name="past_alarms"),
    path("desk/alarms/<int:alarm_id>", alarms.alarm, name="alarm"),
]
