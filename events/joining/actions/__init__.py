"""Every write of joining, one function for each verb that a person would say."""

from events.joining.actions.places import (
    Closed,
    OfferOver,
    Reply,
    accept,
    approve,
    come_as_guest,
    decline,
    forget_guest,
    look_after_places,
    pass_on,
    reply,
)
from events.joining.actions.telling import remind, tell_changed
from events.joining.actions.terms import Chosen, ask, carry_on, set_terms, stop_asking
from events.joining.actions.told import (
    choose_media,
    forget_kept_places,
    pass_needs,
    settle_step_back,
    take_needs_back,
)

__all__ = [
    "Chosen",
    "Closed",
    "OfferOver",
    "Reply",
    "accept",
    "approve",
    "ask",
    "carry_on",
    "choose_media",
    "come_as_guest",
    "decline",
    "forget_guest",
    "forget_kept_places",
    "look_after_places",
    "pass_needs",
    "pass_on",
    "remind",
    "reply",
    "set_terms",
    "settle_step_back",
    "stop_asking",
    "take_needs_back",
    "tell_changed",
]
