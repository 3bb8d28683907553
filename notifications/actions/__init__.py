"""Everything that changes who is told what."""

from notifications.actions.choosing import choose, look_anew, pause, try_address_again, unpause
from notifications.actions.ending import end_letters
from notifications.actions.following import follow, follow_by_taking_part, unfollow
from notifications.actions.reading import mark_all_read, mark_read
from notifications.actions.telling import News, announce, retract, tell, tell_all

__all__ = [
    "News",
    "announce",
    "choose",
    "end_letters",
    "follow",
    "follow_by_taking_part",
    "look_anew",
    "mark_all_read",
    "mark_read",
    "pause",
    "retract",
    "tell",
    "tell_all",
    "try_address_again",
    "unfollow",
    "unpause",
]
