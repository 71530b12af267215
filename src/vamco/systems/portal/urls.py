from django.urls import path

from vamco.systems.portal.pages import app, downtime, home, label, notices, offices

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("home/switch", home.switch, name="switch"),
    path("search", home.search, name="search"),
    path("offices", offices.offices, name="offices"),
    path("services", offices.services, name="services"),
    path("downtime", downtime.listed, name="downtime"),
    path("downtime.atom", downtime.feed, name="downtime_feed"),
    path("downtime/new", downtime.announce, name="announce"),
    path("downtime/<int:downtime>", downtime.notice, name="downtime_notice"),
    path("downtime/<int:downtime>/correct", downtime.correct, name="correct_downtime"),
    path("notices", notices.inbox, name="notices"),
    path("notices/settings", notices.settings, name="notice_settings"),
    path("notices/<int:notice_id>", notices.notice, name="notice"),
    path("label", label.label, name="label"),
    path("accessibility", label.accessibility, name="accessibility"),
    path("drafts", app.drafts, name="drafts"),
    path("offline", app.offline, name="offline"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.worker, name="worker"),
]
