"""Everything that changes who is told what."""

from notifications.actions.choosing import choose, look_anew, pause, try_address_again, unpause
from notifications.actions.ending import end_letters, revoke_letters
from notifications.actions.following import follow, follow_by_taking_part, unfollow
from notifications.actions.reading import mark_all_read, mark_read
from notifications.actions.resting import end_break, end_rest_from, end_rests, rest_from, take_break
from notifications.actions.telling import News, announce, retract, tell, tell_all, tell_few

__all__ = [
    "News",
    "announce",
    "choose",
    "end_break",
    "end_letters",
    "end_rest_from",
    "end_rests",
    "follow",
    "follow_by_taking_part",
    "look_anew",
    "mark_all_read",
    "mark_read",
    "pause",
    "rest_from",
    "retract",
    "revoke_letters",
    "take_break",
    "tell",
    "tell_all",
    "tell_few",
    "try_address_again",
    "unfollow",
    "unpause",
]
