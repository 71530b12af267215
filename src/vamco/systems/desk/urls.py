from django.urls import path

from vamco.systems.desk import api
from vamco.systems.desk.pages import cases, kinds, modes, notices, units, work
from vamco.web.api import mount

mount("/cases", api.router, "desk.view_inbox")
app_name = "desk"
urlpatterns = [
    path("desk/", cases.inbox, name="inbox"),
    path("desk/following/", cases.following, name="following"),
    path("desk/cases/<int:case_id>", cases.case, name="case"),
    path("desk/cases/new/<str:kind>", cases.open_case, name="open"),
    path("desk/load/", kinds.load, name="load"),
    path("desk/kinds/", kinds.kinds, name="kinds"),
    path("desk/kinds/<str:kind>", kinds.kind, name="kind"),
    path("desk/files/<int:file_id>", cases.file, name="file"),
    path("desk/notices/", notices.inbox, name="notices"),
    path("desk/notices/settings", notices.settings, name="notice_settings"),
    path("desk/notices/<int:notice_id>", notices.notice, name="notice"),
    path("desk/modes/", modes.listed, name="modes"),
    path("desk/modes/<str:system>", modes.switch, name="mode"),
    path("desk/places/<str:place>", units.place, name="place"),
    path("desk/agencies/<str:agency>", units.agency, name="agency"),
    path("desk/work/", work.work, name="work"),
    path("desk/work/<int:job>/stop", work.stop, name="stop_job"),
    path("desk/work/<int:job>/again", work.again, name="repeat_job"),
    path("desk/replay/", work.replay, name="replay"),
    path("desk/replay/<int:replay>/stop", work.stop_replay, name="stop_replay"),
]
