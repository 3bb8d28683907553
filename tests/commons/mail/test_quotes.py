import pytest

from commons.mail import quotes
from commons.mail.quotes import Voice

LONG = "\n".join(f"> line {number}" for number in range(6))


def voices(text: str) -> list[tuple[str, str, bool]]:
    """(whose words, the first line, whether it is folded) of each block."""
    return [
        (block.voice.name, next(line for line in block.lines if line.strip()), block.is_folded)
        for block in quotes.outline(text).blocks
    ]


def test_own_words_alone_are_one_block() -> None:
    assert voices("We need soup.\n\nAnd bread.") == [("OWN", "We need soup.", False)]


def test_a_short_quote_before_its_answer_stays_open() -> None:
    assert voices("> Who cooks?\n\nI do.") == [("QUOTED", "> Who cooks?", False), ("OWN", "I do.", False)]


def test_a_long_quote_folds() -> None:
    assert voices(f"{LONG}\n\nI do.") == [("QUOTED", "> line 0", True), ("OWN", "I do.", False)]


def test_a_quote_that_nothing_follows_folds_however_short() -> None:
    assert voices("I do.\n\n> Who cooks?") == [("OWN", "I do.", False), ("QUOTED", "> Who cooks?", True)]


def test_a_message_that_is_nothing_but_a_quote_stays_open() -> None:
    assert voices(LONG) == [("QUOTED", "> line 0", False)]


def test_answers_between_quotes_keep_their_order() -> None:
    text = "> Soup?\nYes.\n> Bread?\nNo."

    assert [voice for voice, _line, _folded in voices(text)] == ["QUOTED", "OWN", "QUOTED", "OWN"]


@pytest.mark.parametrize(
    "line",
    [
        "On Mon, 6 Mar 2017, Orla Quinn <orla@orchard.example> wrote:",
        "Am 06.03.2017 um 09:00 schrieb Orla Quinn:",
        "Le 6 mars 2017 à 09:00, Orla Quinn a écrit :",
        "El 6 de marzo de 2017, Orla escribió:",
        "Den 6 mars 2017 skrev Orla Quinn:",
        "orla at orchard.example wrote:",
        "On Mon, 6 Mar 2017 at 09:00, Orla Quinn\n<orla@orchard.example> wrote:",
        "2017-03-06 9:00 GMT+01:00 Orla Quinn <orla@orchard.example>:",
        "Quoting Orla <orla@orchard.example>:",
    ],
)
def test_the_line_that_names_the_quoted_goes_with_the_quote(line: str) -> None:
    own, quoted = quotes.outline(f"I do.\n\n{line}\n\n> Who cooks?").blocks

    assert own.lines == ["I do."]
    assert quoted.attribution == line.replace("\n", " ")


def test_an_attribution_torn_by_wrapping_is_mended() -> None:
    _own, quoted = quotes.outline(
        "I do.\n\nOn Mon, 6 Mar 2017, Orla <orla@orchard.example\n> wrote:\n> Who cooks?"
    ).blocks

    assert quoted.attribution == "On Mon, 6 Mar 2017, Orla <orla@orchard.example> wrote:"
    assert quoted.lines == ["> Who cooks?"]


def test_own_words_that_end_with_a_colon_are_no_attribution() -> None:
    own, _quoted = quotes.outline("Here is what I think:\n\n> Who cooks?").blocks

    assert own.lines[0] == "Here is what I think:"


def test_initials_mark_a_quote() -> None:
    assert [voice for voice, _line, _folded in voices("OQ> Who cooks?\n\nI do.")] == ["QUOTED", "OWN"]


def test_the_torn_end_of_a_quoted_line_belongs_to_the_quote() -> None:
    text = "> We meet on Saturday at ten, and somebody has to bring the soup for\neverybody\n> who comes.\n\nI do."

    assert [voice for voice, _line, _folded in voices(text)] == ["QUOTED", "OWN"]


def test_pythons_prompt_is_no_quote() -> None:
    text = "Look:\n\n>>> import soup\n>>> soup.cook()\n1\n>>>\n\nNice."

    assert [voice for voice, _line, _folded in voices(text)] == ["OWN"]


def test_a_quote_three_deep_is_no_prompt() -> None:
    assert [voice for voice, _line, _folded in voices(">> Yes\n>>> import soup\n>> No\n\nWell.")] == ["QUOTED", "OWN"]


@pytest.mark.parametrize(
    "line",
    [
        "-----Original Message-----\nFrom: Orla\nSent: Monday\nTo: Tariq\nSubject: Soup",
        "-----Ursprüngliche Nachricht-----\nVon: Orla\nGesendet: Montag\nAn: Tariq\nBetreff: Suppe",
        "________________________________\nFrom: Orla\nSent: Monday\nTo: Tariq\nSubject: Soup",
        "-----Message d’origine-----\nDe : Orla\nEnvoyé : lundi\nÀ : Tariq\nObjet : Soupe",
        "From: Orla\nDate: 2017-03-06 09:00\nTo: Tariq\nSubject: Soup",
        "De : Orla\nEnvoyé : lundi\nÀ : Tariq\nObjet : Soupe",
        'On 3/6/17, 9:00, "Orla" <orla@orchard.example> wrote:',
    ],
)
def test_an_earlier_mail_left_below_folds(line: str) -> None:
    own, earlier = quotes.outline(f"I do.\n\n{line}\n\nWho cooks?\nWe are ten.").blocks

    assert own.lines[0] == "I do."
    assert (earlier.voice, earlier.lines[0], earlier.is_folded) == (
        Voice.EARLIER,
        line.split("\n", maxsplit=1)[0],
        True,
    )


def test_a_forwarded_mail_stays_open() -> None:
    text = "Look at this.\n\n---------- Forwarded message ----------\nFrom: Orla\nDate: Monday\nTo: me\nSubject: Soup\n\nWho cooks?"

    assert [folded for _voice, _line, folded in voices(text)] == [False]


@pytest.mark.parametrize("mark", ["-- ", "--"])
def test_the_signature_is_set_apart(mark: str) -> None:
    outline = quotes.outline(f"I do.\n{mark}\nTariq\nThe well")

    assert (outline.signature, [block.lines for block in outline.blocks]) == ("Tariq\nThe well", [["I do."]])


def test_a_signature_above_a_quote_is_set_apart() -> None:
    outline = quotes.outline("I do.\n-- \nTariq\n\nOn Monday, Orla wrote:\n> Who cooks?")

    assert outline.signature == "Tariq"
    assert [block.voice for block in outline.blocks] == [Voice.OWN, Voice.QUOTED]


def test_two_dashes_before_a_long_text_are_no_signature() -> None:
    assert quotes.outline("I do.\n--\n" + "More words.\n" * 30).signature == ""


@pytest.mark.parametrize("line", ["Sent from my iPhone", "Gesendet von meinem Telefon", "Envoyé de mon iPad"])
def test_what_a_telephone_signs_is_a_signature(line: str) -> None:
    assert quotes.outline(f"I do.\n\n{line}").signature == line


@pytest.mark.parametrize(
    "footer",
    [
        "_______________________________________________\nGarden mailing list\ngarden@orchard.example\nhttps://x.example/listinfo/garden",
        "---------------------------------------------------------------------\n"
        "To unsubscribe, e-mail: garden-unsubscribe@orchard.example\nFor additional commands, e-mail: garden-help@orchard.example",
        '-- \nYou received this message because you are subscribed to the Google Groups "Garden" group.\n'
        "To unsubscribe from this group, send an email to garden+unsubscribe@groups.example.",
    ],
)
def test_what_a_list_server_puts_under_every_message_is_left_out(footer: str) -> None:
    outline = quotes.outline(f"I do.\n\n{footer}\n")

    assert [block.lines for block in outline.blocks] == [["I do."]]
    assert (outline.signature, outline.footer) == ("", "")


def test_a_footer_with_words_of_its_own_is_kept_with_the_signature() -> None:
    outline = quotes.outline(
        "I do.\n\n____________________________\nThe garden is open on Sundays, see our list archives\nor come by."
    )

    assert outline.signature + outline.footer == "The garden is open on Sundays, see our list archives\nor come by."


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line", ["On Mon wrote ", "> ", ">", "-", "From: x\n", "\n", "-- \n", "On 2017 wrote:\n", "a@b "]
)
def test_no_text_takes_long(line: str) -> None:
    quotes.outline(line * 40_000)
