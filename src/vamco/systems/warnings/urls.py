from django.urls import path

from vamco.systems.warnings.pages import alarms, directives_page, register

app_name = "warnings"
urlpatterns = [
    path("desk/alarms/", alarms.alarms, name="alarms"),
    path("desk/alarms/past/", alarms.past_alarms, name="past_alarms"),
    path("desk/alarms/<int:alarm_id>", alarms.alarm, name="alarm"),
    path("desk/alarms/waiting/<int:waiting_id>", alarms.waiting, name="waiting"),
    path("desk/directives/new/<str:code>", directives_page.issue, name="issue"),
    path("desk/directives/", register.register, name="register"),
    path("desk/directives/overdue/", register.overdue, name="register_overdue"),
    path("desk/directives/done/", register.done, name="register_done"),
    path("desk/directives/withdrawn/", register.withdrawn, name="register_withdrawn"),
    path("desk/directives/all/", register.everything, name="register_all"),
]
