from django.conf import settings
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from vamco.web.pages import PUBLIC, page


@page(PUBLIC)
def show(request):
    return HttpResponse(_("Greetings to %(whom)s") % {"whom": settings.VAMCO_GREETED})


app_name = "greetings"
urlpatterns = [path("greetings", show, name="page")]
