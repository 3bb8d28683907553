"""Every write of the forum, one function for each verb that a person would say."""

from forum.actions.bookmarks import bookmark, remind, remove_bookmark
from forum.actions.drafts import discard_draft, save_draft
from forum.actions.mailing import keep_message_id, note_copied
from forum.actions.posts import Closed, delete_post, edit_post, forget_mentions, post_reply, start_thread
from forum.actions.summaries import Overtaken, set_stage, write_summary
from forum.actions.threads import lock, merge, move, pin, rename, split, unlock, unpin
from forum.actions.visits import catch_up, leave_unread, read_own, record_visit

__all__ = [
    "Closed",
    "Overtaken",
    "bookmark",
    "catch_up",
    "delete_post",
    "discard_draft",
    "edit_post",
    "forget_mentions",
    "keep_message_id",
    "leave_unread",
    "lock",
    "merge",
    "move",
    "note_copied",
    "pin",
    "post_reply",
    "read_own",
    "record_visit",
    "remind",
    "remove_bookmark",
    "rename",
    "save_draft",
    "set_stage",
    "split",
    "start_thread",
    "unlock",
    "unpin",
    "write_summary",
]
