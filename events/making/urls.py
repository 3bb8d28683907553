from django.urls import path

from events.making import views

app_name = "making"

urlpatterns = [
    path("events/<int:event_id>/asks/", views.asks, name="asks"),
    path("events/<int:event_id>/asks/<int:ask_id>/take-on/", views.take_on, name="take_on"),
    path("events/<int:event_id>/asks/<int:ask_id>/take-back/", views.take_back, name="take_back"),
    path("events/<int:event_id>/asks/<int:ask_id>/remove/", views.remove, name="remove"),
]
