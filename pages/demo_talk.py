"""What the demo community says: its rooms, its threads and their answers, as data."""

from dataclasses import dataclass, field

from forum.enums import Stage, Visibility


@dataclass(frozen=True)
class Room:
    slug: str
    name: str
    description: str
    visibility: Visibility = Visibility.PUBLIC
    moderators: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    is_greeting: bool = False
    how_we_talk: tuple[str, ...] = ()
    takes_letters: bool = False


@dataclass(frozen=True)
class Said:
    """One post; `days_ago` may be a fraction."""

    by: str
    days_ago: float
    text: str
    answers: list["Said"] = field(default_factory=list)
    content_note: str = ""
    language: str = ""
    heard: str = ""


@dataclass(frozen=True)
class Talk:
    room: str
    title: str
    said: Said
    is_pinned: bool = False


ROOMS = [
    Room(
        "kitchen-table",
        "The kitchen table",
        "Say hello, ask anything, stay for tea.",
        moderators=["mirela"],
        is_greeting=True,
        how_we_talk=("Say I, not you.", "Ask before you advise.", "A no is a whole sentence."),
    ),
    Room(
        "workshops",
        "Workshops and gatherings",
        "What we did together, and what we do next.",
        moderators=["olu"],
        takes_letters=True,
    ),
    Room(
        "needs-and-offers",
        "What we need, what we can give",
        "Time, rooms, tools, skills and rides.",
        moderators=["ana"],
    ),
    Room(
        "next-steps", "Next steps", "Where we are, what is being done, and who is on it.", moderators=["olu", "mirela"]
    ),
    Room(
        "values",
        "Values and agreements",
        "Ownership, trust, safety, consent: what they mean when it gets difficult.",
        visibility=Visibility.MEMBERS,
        moderators=["fenna"],
    ),
    Room(
        "care-circle",
        "Care circle",
        "The people who look after the people. Closed, so that it can be open inside.",
        visibility=Visibility.GROUP,
        moderators=["fenna"],
        people=["fenna", "mirela", "ana"],
    ),
]

THREADS = [
    Talk(
        "kitchen-table",
        "Welcome, and how this place works",
        Said(
            "mirela",
            400,
            "Welcome! This is the table where everybody can sit down.\n\n"
            "- **Say hello** if you like. A name and one thing you care about is plenty.\n"
            "- **Ask.** If you wonder about something, five others do too.\n"
            "- **Reply to a person**, not to the crowd: the *Reply* under a post keeps the branch together.\n\n"
            "If something hurts or worries you, write to @fenna or me. You'll get an answer from a human, with a name.",
            [
                Said(
                    "jule",
                    399,
                    "The tree view took me a day, and now I can't go back to mailing lists.",
                    [
                        Said("tomasz", 398.5, "Same here. And the line view on the bus. Both remember where I was."),
                    ],
                ),
                Said("sinead", 120, "Still the best welcome I've read anywhere. Short, and somebody signed it."),
            ],
        ),
        is_pinned=True,
    ),
    Talk(
        "kitchen-table",
        "Hello from Noor: two hands, one sewing machine",
        Said(
            "noor",
            0.1,
            "Hi all. Ana told me about you at the market. I mend clothes, I'm learning to repair bikes, "
            "and I'd like to live in a street where people know each other's names.",
            [
                Said(
                    "ana",
                    0.08,
                    "Noor! So glad you made it. The repair evening is every second Thursday, come and sit with us.",
                    [
                        Said(
                            "noor",
                            0.07,
                            "I'll be there. Shall I bring the machine?",
                            [
                                Said(
                                    "ben", 0.06, "Please do. We have a table with good light and a queue of trousers."
                                ),
                            ],
                        ),
                    ],
                ),
                Said("tomasz", 0.05, "Welcome! I can show you bike brakes if you show me buttonholes."),
            ],
        ),
    ),
    Talk(
        "workshops",
        "Looking back: our first workshop, 23 September 2017",
        Said(
            "olu",
            300,
            "I found the notes of the very first workshop, **23 September 2017**. Eleven people, one borrowed hall, "
            "too much soup. On the last sheet somebody wrote:\n\n"
            "> Move slow and fix things.\n\n"
            "It was a joke. I think it has become our method.\n\n"
            "| What we planned | What we did |\n|---|---|\n| a website | cooked |\n| a statute | listened |\n| a logo | made a list of what we need |\n",
            [
                Said(
                    "sinead",
                    299,
                    "I wrote that line! I was annoyed about a projector.",
                    [
                        Said("olu", 298.9, "Then you are our founder of founders."),
                        Said("ben", 298, "Can we have it on a tea towel?"),
                    ],
                ),
                Said(
                    "fenna",
                    297,
                    "What I remember is the round at the end: each person said one thing they *could* give and one they *could not*. Nobody had ever asked me the second.",
                ),
            ],
        ),
    ),
    Talk(
        "workshops",
        "Winter workshop: consent in groups, 12 December",
        Said(
            "olu",
            9,
            "The winter workshop is about **consent in groups**: how we ask, how we hear a no, how we change our minds later.\n\n"
            "- Saturday 12 December, 10:00 to 16:00, with a long lunch\n- the hall on Mill Lane, step-free, loop at the front\n- [x] room booked\n- [ ] cooks\n- [ ] childcare\n- [ ] somebody who takes notes that people can read afterwards\n\nWho is in?",
            [
                Said(
                    "jule",
                    8.8,
                    "In. I can cook for thirty if two people chop.",
                    [
                        Said(
                            "noor",
                            0.09,
                            "I can chop! Is it all right if I'm new?",
                            [
                                Said("jule", 0.085, "Chopping is how everybody here started."),
                            ],
                        ),
                    ],
                ),
                Said(
                    "ben",
                    8.5,
                    "I'll do childcare in the morning, and I'd like somebody to take over at one.",
                    [
                        Said("ana", 8.2, "One o'clock is me."),
                    ],
                ),
                Said(
                    "jule",
                    7,
                    "Ich frage für eine Freundin: Gibt es eine Übersetzung ins Deutsche, wenigstens für die Runden?",
                    [Said("tomasz", 6.8, "Ja, ich flüstere gern mit. Sie soll sich neben mich setzen.", language="de")],
                    language="de",
                ),
            ],
        ),
    ),
    Talk(
        "needs-and-offers",
        "Offered: a dry cellar, 20 m², in the old town",
        Said(
            "tomasz",
            21,
            "Our house has a dry cellar that nobody uses. 20 m², power, a door that locks. Free for anything shared: tools, seeds, a small archive.",
            [
                Said(
                    "ana",
                    20.5,
                    "The tool library! It lives in my hallway and my family has views about it.",
                    [
                        Said("tomasz", 20.4, "Come on Saturday and measure."),
                        Said(
                            "sinead",
                            19,
                            "I have shelving from the shop that closed. Six metres, free, needs a van.",
                            [
                                Said(
                                    "ben",
                                    18.7,
                                    "I have the van on Sundays.",
                                    [
                                        Said(
                                            "sinead",
                                            18.6,
                                            "Sunday, then. Ten o'clock?",
                                            [
                                                Said(
                                                    "ben",
                                                    18.5,
                                                    "Ten. I bring ropes.",
                                                    [
                                                        Said(
                                                            "ana",
                                                            17,
                                                            "It is done! Photos on the wall of the cellar, because that is where they belong.",
                                                        ),
                                                    ],
                                                ),
                                            ],
                                        ),
                                    ],
                                ),
                            ],
                        ),
                    ],
                ),
            ],
        ),
    ),
    Talk(
        "needs-and-offers",
        "Needed: somebody who can read a lease with us",
        Said(
            "sinead",
            3,
            "The hall on Mill Lane has sent a new lease. Twelve pages. We need somebody patient who has read one before. An evening, with dinner.",
            [
                Said(
                    "adil",
                    2.8,
                    "I did four years of this for a housing co-op. Thursday works for me.",
                    [
                        Said("sinead", 2.7, "You are a treasure. Thursday at seven."),
                    ],
                ),
            ],
        ),
    ),
    Talk(
        "next-steps",
        "Where we are: moving from the old site to this one",
        Said(
            "adil",
            14,
            "**What is done.** The forum stands. The old mailing list can be read in, and whoever wrote there can claim their letters.\n\n"
            "**What is being done.** Invitations, in small groups, by people who know each other.\n\n"
            "**What comes next.** The calendar of workshops; needs and offers with a reply button; the mailing lists' long goodbye.[^1]\n\n"
            "[^1]: Nobody will be moved who does not want to be moved.",
            [
                Said(
                    "mirela",
                    13,
                    "Small groups is right. Five at a time, and somebody answers each of them within a day.",
                ),
                Said(
                    "ben",
                    12,
                    "What about people who will only ever use e-mail?",
                    [
                        Said("adil", 11.9, "They are people we love. Mail in, mail out is on the list, near the top."),
                    ],
                ),
            ],
        ),
        is_pinned=True,
    ),
    Talk(
        "next-steps",
        "Opening hours of the repair evening",
        Said(
            "ana",
            30,
            "Every second Thursday from 18:00. Would a Saturday morning help those who work late?",
            [
                Said("tomasz", 29, "Yes."),
                Said(
                    "ben",
                    28,
                    "It would. I could open the first Saturday of the month.",
                    [
                        Said("ana", 27.5, "Let's try it for three months and look again in spring."),
                    ],
                ),
            ],
        ),
    ),
    Talk(
        "values",
        "When is a yes a yes?",
        Said(
            "fenna",
            60,
            "From the reading group. A yes is only worth something where a no would have cost nothing. What does that mean for a group that needs volunteers *today*?",
            [
                Said(
                    "jule",
                    59,
                    "That we ask early, and ask more than one person, so that nobody is the only one who could say no.",
                ),
                Said(
                    "sinead",
                    58,
                    "And that somebody who said yes on Monday may say no on Wednesday, and we thank them for telling us.",
                    [
                        Said("fenna", 57.5, "I'd like that sentence in our agreements. Word for word."),
                    ],
                ),
                Said(
                    "ben",
                    50,
                    "I was in a group once where a no was remembered. It took me two years to notice how small I had become there.",
                    [
                        Said(
                            "fenna",
                            49.8,
                            "Thank you for telling us. If you ever want to talk about it, not here but at a table, I am here.",
                        )
                    ],
                    content_note="pressure in a group",
                ),
            ],
        ),
    ),
    Talk(
        "kitchen-table",
        "Smoke by the door",
        Said(
            "sinead",
            2.5,
            "People smoke right beside the door again. I carry the children through it.",
            [
                Said(
                    "tomasz",
                    2.45,
                    "It is the only dry place. Where should we go?",
                    [Said("sinead", 2.4, "Anywhere else. I have asked four times.")],
                    heard="You want to come in without walking through smoke.",
                ),
            ],
        ),
    ),
    Talk(
        "next-steps",
        "Should the hall be let out on weekends?",
        Said(
            "jule",
            0.05,
            "Renting it out would pay the heating. But then it is not ours on Saturdays.",
            [
                Said(
                    "ben",
                    0.045,
                    "You never count who cleans up afterwards.",
                    [
                        Said(
                            "jule",
                            0.042,
                            "That is ridiculous, I cleaned it myself in May.",
                            [
                                Said(
                                    "ben",
                                    0.039,
                                    "Once. You always say once.",
                                    [
                                        Said(
                                            "jule",
                                            0.036,
                                            "And you never say what it would cost without.",
                                            [
                                                Said(
                                                    "ben",
                                                    0.033,
                                                    "Nonsense. I said it on Tuesday.",
                                                    [
                                                        Said(
                                                            "jule",
                                                            0.03,
                                                            "Then say it here, where people can read it.",
                                                            [Said("ben", 0.027, "Fine. I will.")],
                                                        )
                                                    ],
                                                )
                                            ],
                                        )
                                    ],
                                )
                            ],
                        )
                    ],
                )
            ],
        ),
    ),
    Talk(
        "care-circle",
        "Who is on call this month",
        Said(
            "fenna",
            5,
            "I have the first two weeks. Who takes the rest?",
            [Said("mirela", 4.8, "Me. Ana is the second pair of ears.")],
        ),
    ),
]


@dataclass(frozen=True)
class WhereWeAre:
    """What those who take part say of a thread."""

    title: str
    by: str
    text: str
    stage: Stage
    reason: str


SUMMARIES = (
    WhereWeAre(
        title="Winter workshop: consent in groups, 12 December",
        by="olu",
        text="The room is booked. **Open:** childcare, and somebody who takes notes. Jule cooks for thirty.",
        stage=Stage.DOING,
        reason="Two tasks are still open.",
    ),
    WhereWeAre(
        title="Opening hours of the repair evening",
        by="ana",
        text="We try the first Saturday of the month as well, from January on, and look at it again in spring.",
        stage=Stage.AGREED,
        reason="Nobody objects.",
    ),
)


@dataclass(frozen=True)
class Rest:
    """A thread that its moderator lets rest for some days."""

    title: str
    by: str
    days: int
    reason: str


@dataclass(frozen=True)
class Thank:
    """A word of thanks for the post that begins so."""

    by: str
    post: str
    words: str
    is_public: bool = True


RESTS = (
    Rest(
        "Smoke by the door",
        "mirela",
        3,
        "We have all said it twice. Let us sleep on it, and meet at the door on Friday.",
    ),
)
THANKED = (
    Thank("noor", "I did four years of this", "Thank you for explaining it so that I could follow."),
    Thank("fenna", "I did four years of this", "A whole evening! Thank you."),
    Thank("ana", "I have the van on Sundays.", "This helped us."),
    Thank("fenna", "I was in a group once", "Thank you for trusting us with that.", is_public=False),
)
SHOWS_THANKS = ("adil", "ben")
FOLLOWED = (("ana", "workshops"), ("olu", "workshops"), ("mirela", "kitchen-table"), ("ben", "workshops"))
