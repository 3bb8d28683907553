"""Every write of the people's pages, one module for each noun."""

from members.people.actions.needs import forget_access_needs, save_access_needs
from members.people.actions.pictures import (
    NotAPicture,
    forget_picture,
    forget_stray_pictures,
    remove_picture,
    save_picture,
)
from members.people.actions.profiles import (
    ProfileFields,
    choose,
    choose_topics,
    forget_topics,
    save_all,
    save_profile,
    unchoose,
)
from members.people.actions.thanks import give_thanks, put_back, take_back, take_off

__all__ = [
    "NotAPicture",
    "ProfileFields",
    "choose",
    "choose_topics",
    "forget_access_needs",
    "forget_picture",
    "forget_stray_pictures",
    "forget_topics",
    "give_thanks",
    "put_back",
    "remove_picture",
    "save_access_needs",
    "save_all",
    "save_picture",
    "save_profile",
    "take_back",
    "take_off",
    "unchoose",
]
