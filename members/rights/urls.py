from django.urls import path, re_path

from members.rights.views import open as public
from members.rights.views import own, registers

app_name = "rights"
urlpatterns = [
    path("me/data/", own.data, name="data"),
    path("me/data/copy/", own.ask_for_export, name="ask_for_export"),
    path("me/data/copy/<uuid:export_id>/", own.download, name="download"),
    path("me/data/leave/", own.leave, name="leave"),
    path("me/data/leave/choose/<str:label>/", own.choose, name="choose"),
    path("me/data/leave/confirm/", own.confirm_leaving, name="confirm_leaving"),
    path("come-back/<str:token>/", own.come_back, name="come_back"),
    path("about/retention/", public.retention, name="retention"),
    path("about/record/", public.record, name="record"),
    path("about/complaint/", public.complaint, name="complaint"),
    path("moderation/breaches/", registers.breaches, name="breaches"),
    path("moderation/breaches/new/", registers.new_breach, name="new_breach"),
    path("moderation/breaches/<int:breach_id>/", registers.breach, name="breach"),
    path("moderation/breaches/<int:breach_id>/edit/", registers.edit_breach, name="edit_breach"),
    path("moderation/breaches/<int:breach_id>/decide/", registers.decide, name="decide"),
    path("moderation/breaches/<int:breach_id>/agree/", registers.agree, name="agree"),
    path("moderation/breaches/<int:breach_id>/close/", registers.close, name="close"),
    re_path(
        r"^moderation/breaches/(?P<breach_id>\d+)/notice/(?P<to>authority|people)\.txt$",
        registers.notice,
        name="notice",
    ),
    path("moderation/complaints/", registers.complaints, name="complaints"),
    path("moderation/complaints/<uuid:complaint_id>/", registers.answer_complaint, name="answer_complaint"),
]
