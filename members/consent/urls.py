from django.urls import path

from members.consent import views

app_name = "consent"
urlpatterns = [
    path("me/consent/", views.choices, name="choices"),
    path("me/consent/history/", views.history, name="history"),
    path("me/consent/uses/", views.used, name="uses"),
    path("me/consent/receipt/", views.receipt, name="receipt"),
    path("me/consent/receipt/download/", views.download, name="download"),
    path("me/consent/<str:purpose>/", views.answer, name="answer"),
    path("consent/stop/<str:token>/", views.stop, name="stop"),
]
