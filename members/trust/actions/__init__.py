"""Every write of trust, one function for each verb that a person would say."""

from members.trust.actions.access import (
    ask_for_data,
    close_access,
    confirm_access,
    forget_old_accesses,
    note_view,
    open_access,
    open_in_emergency,
    review_emergency,
)
from members.trust.actions.leaving import forget_accesses, forget_changes, forget_grants, forget_tellings
from members.trust.actions.roles import (
    accept_role,
    end_due_roles,
    end_role,
    grant_from_command_line,
    grant_role,
    second_role,
    write_down_ungranted,
)
from members.trust.actions.standing import (
    consider,
    consider_all,
    forget_taking_part,
    note_post,
    note_removal,
    note_standing,
    take_back_vouch,
    vouch,
)
from members.trust.actions.tellings import forget_old_tellings, mark_told, tell

__all__ = [
    "accept_role",
    "ask_for_data",
    "close_access",
    "confirm_access",
    "consider",
    "consider_all",
    "end_due_roles",
    "end_role",
    "forget_accesses",
    "forget_changes",
    "forget_grants",
    "forget_old_accesses",
    "forget_old_tellings",
    "forget_taking_part",
    "forget_tellings",
    "grant_from_command_line",
    "grant_role",
    "mark_told",
    "note_post",
    "note_removal",
    "note_standing",
    "note_view",
    "open_access",
    "open_in_emergency",
    "review_emergency",
    "second_role",
    "take_back_vouch",
    "tell",
    "vouch",
    "write_down_ungranted",
]
