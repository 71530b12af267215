from django.urls import path

from vamco.systems.identity.pages import first_day, logging_in, setting_up
from vamco.systems.identity.pages.staff import acts, importing, listing, official, own

app_name = "identity"
urlpatterns = [
    path("log-in", logging_in.log_in, name="log_in"),
    path("log-in/code", logging_in.code, name="code"),
    path("log-out", logging_in.log_out, name="log_out"),
    path("start/<str:word>", setting_up.start, name="start"),
    path("first-day", first_day.first_day, name="first_day"),
    path("staff", listing.staff, name="staff"),
    path("staff/invite", acts.invite, name="invite"),
    path("staff/import", importing.bring, name="import_staff"),
    path("staff/import/template.xlsx", importing.template, name="staff_template"),
    path("staff/import/<int:staff_list_id>", importing.staff_list, name="staff_list"),
    path("staff/import/<int:staff_list_id>/links", importing.links, name="staff_links"),
    path("staff/<int:official_id>", official.official, name="official"),
    path("staff/<int:official_id>/appoint", acts.appoint, name="appoint"),
    path("staff/<int:official_id>/substitute", acts.substitute, name="substitute"),
    path("staff/<int:official_id>/lock", acts.lock, name="lock_account"),
    path("staff/<int:official_id>/unlock", acts.unlock, name="unlock_account"),
    path("staff/<int:official_id>/link", acts.link, name="new_link"),
    path("staff/<int:official_id>/account", acts.open_account, name="open_account"),
    path("staff/posts/<int:post_id>/move", acts.move, name="move"),
    path("staff/posts/<int:post_id>/end", acts.dismiss, name="dismiss"),
    path("staff/substitutions/<int:substitution_id>/end", acts.end_substitution, name="end_substitution"),
    path("account/posts", own.posts, name="own_posts"),
    path("account/posts/substitute", own.substitute, name="own_substitute"),
    path("account/posts/substitutions/<int:own_substitution_id>/end", own.end, name="end_own_substitution"),
]
