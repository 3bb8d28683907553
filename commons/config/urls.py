"""Every address of the site, room by room."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("pages.urls")),
    path("", include("commons.files.urls")),
    path("", include("forum.urls")),
    path("", include("events.urls")),
    path("", include("events.joining.urls")),
    path("", include("events.after.urls")),
    path("", include("events.making.urls")),
    path("", include("notifications.urls")),
    path("", include("notifications.bridge.urls")),
    path("", include("notifications.devices.urls")),
    path("", include("members.rights.urls")),
    path("", include("members.consent.urls")),
    path("", include("members.security.urls")),
    path("", include("members.contact.urls")),
    path("", include("members.trust.urls")),
    path("", include("members.welcome.urls")),
    path("", include("members.people.urls")),
    path("", include("members.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-step/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "pages.views.bad_request"
handler404 = "pages.views.not_found"
