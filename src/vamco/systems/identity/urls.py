from django.urls import path

from vamco.systems.identity.pages import eid, first_day, logging_in, setting_up

app_name = "identity"
urlpatterns = [
    path("log-in", logging_in.log_in, name="log_in"),
    path("log-in/code", logging_in.code, name="code"),
    path("log-out", logging_in.log_out, name="log_out"),
    path("eid/start", eid.start, name="eid_start"),
    path("eid/back", eid.back, name="eid_back"),
    path("eid/leave", eid.leave, name="eid_leave"),
    path("start/<str:word>", setting_up.start, name="start"),
    path("first-day", first_day.first_day, name="first_day"),
]
