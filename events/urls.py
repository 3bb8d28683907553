from django.urls import path

from events import feeds
from events.views import calendar, dates, hosting, inviting, reading, talking, writing

app_name = "events"

urlpatterns = [
    path("events/", calendar.agenda, name="agenda"),
    path("events/month/", calendar.this_month, name="this_month"),
    path("events/month/<int:year>/<int:month>/", calendar.month, name="month"),
    path("events/week/", calendar.this_week, name="this_week"),
    path("events/week/<int:year>/<int:week>/", calendar.week, name="week"),
    path("events/calendar.ics", feeds.calendar_feed, name="calendar_feed"),
    path("events/feed/<str:key>.ics", feeds.personal_feed, name="personal_feed"),
    path("events/new/", writing.new, name="new"),
    path("events/mine/", hosting.mine, name="mine"),
    path("events/<int:event_id>-<slug:title>/", reading.event, name="event"),
    path("events/<int:event_id>/event.ics", feeds.event_feed, name="event_feed"),
    path("events/<int:event_id>/poster/", inviting.poster, name="poster"),
    path("events/<int:event_id>/invitation/", inviting.invitation, name="invitation"),
    path("events/<int:event_id>/thread/", talking.thread, name="thread"),
    path("events/<int:event_id>/edit/", writing.edit, name="edit"),
    path("events/<int:event_id>/publish/", writing.publish, name="publish"),
    path("events/<int:event_id>/discard/", writing.discard, name="discard"),
    path("events/<int:event_id>/copy/", writing.copy, name="copy"),
    path("events/<int:event_id>/cancel/", hosting.cancel, name="cancel"),
    path("events/<int:event_id>/confirm/", hosting.confirm, name="confirm"),
    path("events/<int:event_id>/hosts/", hosting.hosts, name="hosts"),
    path("events/<int:event_id>/dates/<slug:key>/", dates.change, name="date"),
    path("events/<int:event_id>/dates/<slug:key>/cancel/", dates.cancel, name="cancel_date"),
    path("events/<int:event_id>/dates/<slug:key>/later/", writing.later, name="later"),
    path("me/calendar/", hosting.own_feed, name="own_feed"),
]
