"""Every write of the forum, one function for each verb that a person would say."""

from forum.actions.bookmarks import bookmark, remind, remove_bookmark
from forum.actions.drafts import add_to_draft, discard_draft, forget_drafts, save_draft
from forum.actions.files import NO_FILES, Files, take_out_of_draft
from forum.actions.posts import Closed, delete_post, edit_post, forget_mentions, post_reply, start_thread
from forum.actions.summaries import Overtaken, set_stage, write_summary
from forum.actions.threads import lock, merge, move, pin, rename, split, unlock, unpin
from forum.actions.visits import catch_up, leave_unread, read_own, record_visit

__all__ = [
    "NO_FILES",
    "Closed",
    "Files",
    "Overtaken",
    "add_to_draft",
    "bookmark",
    "catch_up",
    "delete_post",
    "discard_draft",
    "edit_post",
    "forget_drafts",
    "forget_mentions",
    "leave_unread",
    "lock",
    "merge",
    "move",
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
    "take_out_of_draft",
    "unlock",
    "unpin",
    "write_summary",
]
