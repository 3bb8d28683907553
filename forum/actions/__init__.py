"""Every write of the forum, one function for each verb that a person would say."""

from forum.actions.bookmarks import bookmark, remind, remove_bookmark
from forum.actions.calming import ask_for_calm, hush, note_nudge
from forum.actions.drafts import add_to_draft, discard_draft, forget_drafts, save_draft
from forum.actions.files import NO_FILES, Files, take_out_of_draft
from forum.actions.mailing import keep_message_id, note_copied
from forum.actions.posts import Closed, Heated, delete_post, edit_post, forget_mentions, post_reply, start_thread
from forum.actions.rooms import say_how_we_talk
from forum.actions.subjects import begin_about
from forum.actions.summaries import Overtaken, set_stage, write_summary
from forum.actions.thanking import answer_restatement, thank_for
from forum.actions.threads import (
    ask_to_restate,
    guide_bump,
    lock,
    merge,
    move,
    no_longer_ask_to_restate,
    pause,
    pin,
    rename,
    resume,
    split,
    unlock,
    unpin,
)
from forum.actions.visits import catch_up, leave_unread, record_visit

__all__ = [
    "NO_FILES",
    "Closed",
    "Files",
    "Heated",
    "Overtaken",
    "add_to_draft",
    "answer_restatement",
    "ask_for_calm",
    "ask_to_restate",
    "begin_about",
    "bookmark",
    "catch_up",
    "delete_post",
    "discard_draft",
    "edit_post",
    "forget_drafts",
    "forget_mentions",
    "guide_bump",
    "hush",
    "keep_message_id",
    "leave_unread",
    "lock",
    "merge",
    "move",
    "no_longer_ask_to_restate",
    "note_copied",
    "note_nudge",
    "pause",
    "pin",
    "post_reply",
    "record_visit",
    "remind",
    "remove_bookmark",
    "rename",
    "resume",
    "save_draft",
    "say_how_we_talk",
    "set_stage",
    "split",
    "start_thread",
    "take_out_of_draft",
    "thank_for",
    "unlock",
    "unpin",
    "write_summary",
]
