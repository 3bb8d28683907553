"""Every write of the calendar, one function for each verb that a person would say."""

from events.actions.dates import Begun, cancel_date, change_date, keep_date, make_ahead, make_dates, note_date
from events.actions.feeds import end_feed, renew_feed
from events.actions.hosts import add_host, remove_host
from events.actions.importing import import_events
from events.actions.series import ask_hosts, confirm, rest_unanswered
from events.actions.talking import begin_talk
from events.actions.writing import (
    Cancelled,
    Details,
    Full,
    NewPlace,
    cancel,
    copy,
    discard_draft,
    edit,
    prepare,
    publish,
    split,
)

__all__ = [
    "Begun",
    "Cancelled",
    "Details",
    "Full",
    "NewPlace",
    "add_host",
    "ask_hosts",
    "begin_talk",
    "cancel",
    "cancel_date",
    "change_date",
    "confirm",
    "copy",
    "discard_draft",
    "edit",
    "end_feed",
    "import_events",
    "keep_date",
    "make_ahead",
    "make_dates",
    "note_date",
    "prepare",
    "publish",
    "remove_host",
    "renew_feed",
    "rest_unanswered",
    "split",
]
