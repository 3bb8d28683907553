"""Every write of the forum, one function for each verb that a person would say."""

from forum.actions.drafts import discard_draft, save_draft
from forum.actions.posts import Closed, delete_post, edit_post, forget_mentions, post_reply, start_thread
from forum.actions.threads import lock, merge, move, pin, rename, split, unlock, unpin
from forum.actions.visits import record_visit

__all__ = [
    "Closed",
    "delete_post",
    "discard_draft",
    "edit_post",
    "forget_mentions",
    "lock",
    "merge",
    "move",
    "pin",
    "post_reply",
    "record_visit",
    "rename",
    "save_draft",
    "split",
    "start_thread",
    "unlock",
    "unpin",
]
