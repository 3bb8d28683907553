"""What data rights themselves hold about people."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Erase, Holding, Retention, declare, tells_of_nobody
from members.rights import actions, queries
from members.rights.enums import EXPORT_LIFETIME, KEEP_BREACHES, KEEP_REQUESTS
from members.rights.models import (
    Breach,
    Complaint,
    Erasure,
    ErasureChoice,
    Export,
    LegalHold,
    RetentionRun,
)

FACT = "what happened, in general words; the form asks for no names"

declare(
    Activity(
        code="rights",
        title=_("Serve your rights"),
        why=_("To give you a copy of your data, to erase it, to answer complaints."),
        basis=_("our duty under the law (GDPR Art. 6(1)(c), 12 and 15 to 22)"),
        subjects=_("members, and whoever complains"),
    ),
    Activity(
        code="rights.breaches",
        title=_("Keep the register of breaches"),
        why=_("To find, to mend and to tell of what happened to personal data."),
        basis=_("our duty under the law (GDPR Art. 6(1)(c), 33 and 34)"),
        recipients=_("the data protection authority"),
    ),
    Holding(
        model=Export,
        title=_("Copies of your data that you asked for"),
        activity="rights",
        of=lambda member: Export.objects.filter(member=member),
        personal={"id": "pd:Identifier", "member": "pd:Username", "file": "pd:Identifier"},
        file="account/copies",
        export=("id", "asked_at", "ready_at", "expires_at"),
        erase=Erase(
            run=lambda leaver: actions.forget_exports_of(leaver.member),
            left=lambda leaver: Export.objects.filter(member=leaver.member).count(),
        ),
        retention=(
            Retention(
                code="rights.exports",
                what=_("Copies of their data that members asked for"),
                keep=EXPORT_LIFETIME,
                then=_("the file is deleted"),
                why=_("So that you can fetch it."),
                due=lambda before: Export.objects.filter(ready_at__lt=before),
                forget=lambda before: actions.forget_exports(before=before),
            ),
        ),
    ),
    Holding(
        model=Erasure,
        title=_("That you are leaving"),
        activity="rights",
        of=lambda member: Erasure.objects.filter(member=member),
        personal={"member": "pd:Username"},
        plain={"done": "names of steps"},
        file="account/leaving",
        export=("id", "mode", "asked_at", "due_at"),
        erase=Erase(run=lambda _leaver: None, left=lambda _leaver: 0),
        retention=(
            Retention(
                code="rights.erasures",
                what=_("That somebody left, and when, without who"),
                keep=KEEP_REQUESTS,
                then=_("deleted"),
                why=_("To show that we do what we are asked."),
                due=lambda before: Erasure.objects.filter(finished_at__lt=before),
            ),
        ),
    ),
    Holding(
        model=ErasureChoice,
        title=_("Whose words shall go when you leave"),
        activity="rights",
        of=lambda member: ErasureChoice.objects.filter(member=member),
        personal={"member": "pd:Username"},
        plain={"holding": "the name of a model"},
        file="account/leaving-choices",
        export=("id", "holding", "item"),
        order=97,
    ),
    Holding(
        model=LegalHold,
        title=_("What the law keeps of you"),
        activity="rights",
        of=lambda member: LegalHold.objects.filter(Q(member=member) | Q(reviewer=member)),
        personal={"member": "pd:Username", "reviewer": "pd:Username", "reason": "pd:Identifier"},
        plain={"holdings": "names of models", "basis": "a law"},
        file="account/legal-holds",
        export=("id", "holdings", "reason", "basis", "set_at", "until"),
        erase=Erase(
            run=lambda leaver: actions.end_holds(member=leaver.member, now=leaver.now),
            left=lambda leaver: LegalHold.objects.filter(member=leaver.member, until__lte=leaver.now).count(),
        ),
    ),
    Holding(
        model=Complaint,
        title=_("Your complaints"),
        activity="rights",
        of=queries.complaints_of,
        personal={
            "id": "pd:Identifier",
            "member": "pd:Username",
            "answered_by": "pd:Username",
            "name": "pd:Name",
            "email": "pd:EmailAddress",
            "text": "pd:Communication",
            "answer": "pd:Communication",
        },
        file="account/complaints",
        export=("id", "name", "email", "text", "made_at", "acknowledged_at", "answer", "answered_at"),
        retention=(
            Retention(
                code="rights.complaints",
                what=_("Complaints about data, when they have been answered"),
                keep=KEEP_REQUESTS,
                then=_("deleted"),
                why=_("In case the authority asks."),
                due=lambda before: Complaint.objects.filter(answered_at__lt=before),
            ),
        ),
    ),
    Holding(
        model=Breach,
        title=_("Breaches that you reported or decided about"),
        activity="rights.breaches",
        of=lambda member: Breach.objects.filter(
            Q(reported_by=member) | Q(first_decider=member) | Q(second_decider=member)
        ),
        personal={"reported_by": "pd:Username", "first_decider": "pd:Username", "second_decider": "pd:Username"},
        plain=dict.fromkeys(
            (
                "description",
                "categories_of_subjects",
                "categories_of_data",
                "cause",
                "contact_point",
                "likely_consequences",
                "measures_taken",
                "measures_proposed",
                "processor_involved",
                "risk_reasoning",
                "delay_reason",
                "subjects_notice_text",
                "lessons",
            ),
            FACT,
        ),
        file="moderation/breaches",
        export=("id", "aware_at", "nature"),
        erase=Erase(
            run=lambda leaver: actions.forget_in_register(member=leaver.member),
            left=lambda leaver: Breach.objects.filter(
                Q(reported_by=leaver.member) | Q(first_decider=leaver.member) | Q(second_decider=leaver.member)
            ).count(),
        ),
        retention=(
            Retention(
                code="rights.breaches",
                what=_("The register of breaches"),
                keep=KEEP_BREACHES,
                then=_("looked through by two administrators, and what is not needed is deleted by hand"),
                why=_("The authority may ask for it (GDPR Art. 33(5))."),
            ),
        ),
    ),
    Retention(
        code="rights.runs",
        what=_("What these rules did each night"),
        keep=KEEP_REQUESTS,
        then=_("deleted"),
        why=_("To show that they are kept."),
        due=lambda before: RetentionRun.objects.filter(ran_at__lt=before),
    ),
)

tells_of_nobody("rights.ErasureReplay", reason="keyed hashes, so that a restored backup forgets the same people again")
tells_of_nobody("rights.RetentionPeriod", "rights.RetentionRun", reason="numbers of days and of rows")
