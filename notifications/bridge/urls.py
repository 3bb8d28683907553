from django.urls import path, re_path

from notifications.bridge import views

app_name = "bridge"

urlpatterns = [
    path("me/letters/<int:number>/", views.letter, name="letter"),
    path("letter/<str:token>/", views.confirm, name="confirm"),
    re_path(r"^mail/service/(?P<what>inbound|tracking)/$", views.service, name="service"),
]
