from django.urls import path

from notifications.devices import views

app_name = "devices"

urlpatterns = [
    path("me/notifications/devices/", views.add, name="add"),
    path("me/notifications/devices/<int:pk>/", views.device, name="device"),
    path("me/notifications/devices/<int:pk>/test/", views.test, name="test"),
    path("me/notifications/devices/<int:pk>/remove/", views.remove, name="remove"),
    path("push-worker.js", views.worker, name="worker"),
    path("push-worker/renew/", views.renew, name="renew"),
]
