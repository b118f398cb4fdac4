"""What people see when a page cannot be shown: no session is read and no account looked up, so polls may end here too."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from assessments.permissions import api_error, public


@public
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(render_to_string("403.html"), status=403)


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/v"):
        return api_error(404, _("There is nothing at this address. /api/ says what there is."))
    return HttpResponse(render_to_string("404.html"), status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("500.html"), status=500)
