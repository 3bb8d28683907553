"""Every write of the data rights, one function for each verb that a person would say."""

from members.rights.actions.breaches import (
    agree,
    close_breach,
    correct_breach,
    forget_in_register,
    propose_risk,
    record_breach,
)
from members.rights.actions.complaints import acknowledge, answer_complaint, complain
from members.rights.actions.erasure import (
    NotErased,
    ask_for_erasure,
    choose,
    come_back,
    end_holds,
    erase,
    replay,
    waiting_erasures,
)
from members.rights.actions.exports import (
    ask_for_export,
    forget_exports,
    forget_exports_of,
    make_export,
    waiting_exports,
)
from members.rights.actions.retention import run_retention, run_rule

__all__ = [
    "NotErased",
    "acknowledge",
    "agree",
    "answer_complaint",
    "ask_for_erasure",
    "ask_for_export",
    "choose",
    "close_breach",
    "come_back",
    "complain",
    "correct_breach",
    "end_holds",
    "erase",
    "forget_exports",
    "forget_exports_of",
    "forget_in_register",
    "make_export",
    "propose_risk",
    "record_breach",
    "replay",
    "run_retention",
    "run_rule",
    "waiting_erasures",
    "waiting_exports",
]
