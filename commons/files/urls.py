from django.urls import path

from commons.files import views

app_name = "files"

urlpatterns = [
    path("files/to-describe/", views.to_describe, name="to_describe"),
    path("files/<int:file_id>/", views.about, name="about"),
    path("files/<int:file_id>/preview/", views.preview, name="preview"),
    path("files/<int:file_id>/<str:name>", views.file, name="file"),
]
