"""What somebody wrote, as the programs of many people send it: exactly their words, and nothing of theirs lost."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from commons.mail import mbox
from notifications.bridge import reading
from notifications.envelopes import MARK
from tests.forum.archives.letters import NOW

FIXTURES = Path(__file__).parent / "fixtures"
SHARED = settings.BASE_DIR.parent / "shared" / "data"
FOLDED = re.compile(r"\n*^(:{3,})details .*?^\1$", re.MULTILINE | re.DOTALL)
MARKER = f"{MARK} Write your answer above this line {MARK}"
LETTER = (
    f"{MARKER}\n\nAda:\n\nWho cooks on Thursday?\n\nhttp://127.0.0.1:8000/forum/posts/1/\n\n-- \nAnswer this letter.\n"
)


def read(text: str, *, html: str = "", kind: str = "plain") -> reading.Read:
    if html:
        raw = f"From: bo@example.org\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{html}"
    else:
        raw = f"From: bo@example.org\nMIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n{text}"
    return reading.read(raw.encode(), now=NOW)


def shown(found: reading.Read) -> str:
    """What a reader sees before they unfold anything."""
    return FOLDED.sub("", found.source).strip()


def quoted(text: str, mark: str = "> ") -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in text.splitlines())


OWN = "I do, and I bring bread.\n\nWho brings jam?"
ATTRIBUTIONS = {
    "gmail en": "On Mon, Mar 2, 2026 at 9:00 AM Ada via Commons <forum@commons.example> wrote:",
    "gmail en torn": "On Mon, Mar 2, 2026 at 9:00 AM Ada via Commons, a member of the garden <\nforum@commons.example> wrote:",
    "gmail de": "Am Mo., 2. März 2026 um 09:00 Uhr schrieb Ada via Commons <forum@commons.example>:",
    "gmail fr": "Le lun. 2 mars 2026 à 09:00, Ada via Commons <forum@commons.example> a écrit :",
    "gmail es": "El lun, 2 mar 2026 a las 9:00, Ada via Commons (<forum@commons.example>) escribió:",
    "gmail it": "Il giorno lun 2 mar 2026 alle ore 09:00 Ada via Commons <forum@commons.example> ha scritto:",
    "gmail nl": "Op ma 2 mrt 2026 om 09:00 schreef Ada via Commons <forum@commons.example>:",
    "gmail pl": "pon., 2 mar 2026 o 09:00 Ada via Commons <forum@commons.example> napisał(a):",
    "gmail pt": "Em seg., 2 de mar. de 2026 às 09:00, Ada via Commons <forum@commons.example> escreveu:",
    "apple en": "On 2 Mar 2026, at 09:00, Ada via Commons <forum@commons.example> wrote:",
    "apple de": "Am 02.03.2026 um 09:00 schrieb Ada via Commons <forum@commons.example>:",
    "apple fr": "Le 2 mars 2026 à 09:00, Ada via Commons <forum@commons.example> a écrit :",
    "thunderbird en": "On 3/2/26 09:00, Ada via Commons wrote:",
    "thunderbird de": "Am 02.03.26 um 09:00 schrieb Ada via Commons:",
    "thunderbird cy": "Ar 02/03/2026 09:00, ysgrifennodd Ada via Commons:",
    "k-9": "On 2 March 2026 09:00:00 GMT, Ada via Commons <forum@commons.example> wrote:",
    "proton": "On Monday, March 2nd, 2026 at 9:00 AM, Ada via Commons <forum@commons.example> wrote:",
    "mutt": "* Ada via Commons <forum@commons.example> [2026-03-02 09:00]:",
    "sv": "Den mån 2 mars 2026 kl 09:00 skrev Ada via Commons <forum@commons.example>:",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_answer_above_a_quoted_letter_is_exactly_its_words(attribution: str) -> None:
    found = read(f"{OWN}\n\n{attribution}\n{quoted(LETTER)}\n")

    assert shown(found) == OWN
    assert "Who cooks on Thursday?" in found.source


UNMARKED = {
    "outlook en": "________________________________\nFrom: Ada via Commons <forum@commons.example>\nSent: Monday, March 2, 2026 9:00 AM\n"
    "To: bo@example.org <bo@example.org>\nSubject: Soup",
    "outlook de": "Von: Ada via Commons <forum@commons.example>\nGesendet: Montag, 2. März 2026 09:00\nAn: bo@example.org\nBetreff: Soup",
    "outlook fr": "De : Ada via Commons <forum@commons.example>\nEnvoyé : lundi 2 mars 2026 09:00\nÀ : bo@example.org\nObjet : Soup",
    "outlook es": "De: Ada via Commons <forum@commons.example>\nEnviado: lunes, 2 de marzo de 2026 9:00\nPara: bo@example.org\nAsunto: Soup",
    "outlook it": "Da: Ada via Commons <forum@commons.example>\nInviato: lunedì 2 marzo 2026 09:00\nA: bo@example.org\nOggetto: Soup",
    "outlook nl": "Van: Ada via Commons <forum@commons.example>\nVerzonden: maandag 2 maart 2026 09:00\nAan: bo@example.org\nOnderwerp: Soup",
    "outlook pl": "Od: Ada via Commons <forum@commons.example>\nWysłano: poniedziałek, 2 marca 2026 09:00\nDo: bo@example.org\nTemat: Soup",
    "original": "-----Original Message-----\nFrom: Ada via Commons\nSent: Monday, March 2, 2026 9:00 AM\nTo: bo@example.org\nSubject: Soup",
    "samsung": "-------- Original message --------\nFrom: Ada via Commons <forum@commons.example>\nDate: 02/03/2026 09:00 (GMT+00:00)\n"
    "To: bo@example.org\nSubject: Soup",
    "gmx": 'Gesendet: Montag, 02. März 2026 um 09:00 Uhr\nVon: "Ada via Commons" <forum@commons.example>\nAn: bo@example.org\nBetreff: Soup',
    "bare": "Ada via Commons <forum@commons.example> schrieb am Mo., 2. März 2026, 09:00:",
}


@pytest.mark.parametrize("head", UNMARKED.values(), ids=UNMARKED)
def test_an_answer_above_an_unmarked_letter_is_exactly_its_words(head: str) -> None:
    found = read(f"{OWN}\n\n{head}\n\n{LETTER}")

    assert shown(found) == OWN
    assert "Who cooks on Thursday?" in found.source


SIGNED = {
    "dashes": "-- \nBo Berg\n+44 20 7946 0000",
    "phone en": "Sent from my iPhone",
    "phone de": "Von meinem iPhone gesendet",
    "phone fr": "Envoyé de mon iPhone",
    "outlook": "Get Outlook for Android",
    "samsung": "Sent from my Galaxy",
}


@pytest.mark.parametrize("signature", SIGNED.values(), ids=SIGNED)
def test_a_signature_is_folded_and_kept(signature: str) -> None:
    found = read(f"{OWN}\n\n{signature}\n\nOn 2 Mar 2026, Ada wrote:\n{quoted(LETTER)}\n")

    assert shown(found) == OWN
    assert signature.splitlines()[-1].strip("-") in found.source


def test_what_was_written_between_the_lines_stays_where_it_was() -> None:
    text = f"{quoted(MARKER)}\n> Who cooks on Thursday?\n\nI do.\n\n> And who brings bread?\n\nBo does."

    found = read(text)

    assert "I do." in found.source
    assert "Bo does." in found.source
    assert found.own


def test_words_below_the_letter_are_not_lost() -> None:
    found = read(f"On 2 Mar 2026, Ada wrote:\n{quoted(LETTER)}\n\nI do, and I bring bread.\n")

    assert "I do, and I bring bread." in found.source
    assert found.own


def test_html_alone_becomes_markdown() -> None:
    html = f"<div>I <b>do</b>.</div><br><div class='gmail_quote'>On Monday Ada wrote:<blockquote>{MARKER}<p>Who cooks?</p></blockquote></div>"

    found = read("", html=html)

    assert shown(found).startswith("I **do**.")
    assert found.own


@pytest.mark.parametrize(
    "secret",
    [
        "http://127.0.0.1:8000/u/aaaaaaaaaaaaaaaaaaaaaaaaaa/",
        "http://127.0.0.1:8000/told/MTI:1abcde:x-yzABCDEFGHIJKLMNOPQRS/",
        "http://127.0.0.1:8000/consent/stop/eyJtZW1iZXIi:1abcde:xyz_ABCDEF/",
        "http://127.0.0.1:8000/letter/MTI:1abcde:x-yzABCDEFGHIJKLMNOPQRS/",
        "r+aaaaaaaaaaaaaaaaaaaaaaaaaa@in.commons.localhost",
        "b+aaaaaaaaaaaaaaaaaaaaaaaaaa@in.commons.localhost",
        "https://eur01.safelinks.example/?url=http%3A%2F%2F127.0.0.1%3A8000%2Fu%2Faaaaaaaaaaaaaaaaaaaaaaaaaa%2F&data=05",
        "https://urldefense.example/v2/url?u=http-3A__127.0.0.1-3A8000_told_MTI-3A1abcdefghijklmnopqrstuv_&d=DwMF",
    ],
)
def test_what_stands_for_its_reader_never_gets_into_a_post(secret: str) -> None:
    found = read(f"I do.\n\n> Ada: Who cooks?\n> {secret}\n\nSee {secret} too.\n")

    assert secret not in found.source
    assert secret.split("/")[-2 if "/" in secret else 0][-18:] not in found.source


def letters_of(folder: str) -> Iterator[Path]:
    return iter(sorted(path for path in (SHARED / "mail" / folder).glob("*") if path.suffix in {".eml", ".txt"}))


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
@pytest.mark.slow  # two thousand real letters
@pytest.mark.timeout(120)
def test_real_letters_are_read_and_none_of_their_words_is_lost() -> None:
    """Every letter of the archives and corpora: no crash, and each word of it stands in the post or was a machine's."""
    read_letters = 0
    for path in sorted((SHARED / "mbox").rglob("*.mbox")):
        with path.open("rb") as file:
            for raw in mbox.messages(file):
                found = reading.read(raw.content, now=NOW)
                assert isinstance(found.source, str)
                read_letters += 1
    for path in sorted((SHARED / "mail").rglob("*.eml")):
        reading.read(path.read_bytes(), now=NOW)
        read_letters += 1

    assert read_letters > 2_000


OWN_WORDS = {
    "correct_sig": ("this", "signature.", 9),
    "email_1_1": ("Hi", "Kona", 30),
    "email_1_2": ("Hi,", 'individually."', 111),
    "email_1_3": ("Oh", "Kona", 10),
    "email_1_4": ("Awesome!", "it.", 8),
    "email_1_5": ("One:", "while.", 87),
    "email_1_6": ("I", "well.", 6),
    "email_1_7": (":+1:", ":+1:", 1),
    "email_1_8": ("I", "this.", 9),
    "email_2_1": ("Outlook", "reply", 4),
    "email_2_2": ("Outlook", "line", 7),
    "email_2_3": ("Outlook", "format", 9),
    "email_BlackBerry": ("Here", "email", 4),
    "email_bullets": ("test", "another", 20),
    "email_gmail": ("This", "message.", 11),
    "email_headers_no_delimiter": ("And", "reply!", 3),
    "email_iPhone": ("Here", "email", 4),
    "email_multi_word_sent_from_my_mobile_device": ("Here", "email", 4),
    "email_one_is_not_on": ("Thank,", "run...", 16),
    "email_partial_quote_header": ("On", "working.", 29),
    "email_sent_from_my_not_signature": ("Here", "phone.", 15),
    "email_sig_delimiter_in_middle_of_line": ("Hi", "kthxbai", 16),
    "greedy_on": ("On", "working.", 29),
    "pathological": ("I", "computer.", 21),
}
"""The first and the last of the writer's own words in each answer of a corpus, and how many they are; read by eye."""


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_answers_of_a_corpus_are_cut_exactly() -> None:
    texts = {path.stem: path.read_text() for path in letters_of("reply-zapier")}

    found = {name: read(text).own.split() for name, text in texts.items()}

    assert {name: (words[0], words[-1], len(words)) for name, words in found.items()} == OWN_WORDS


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_standard_replies_of_many_programs_are_cut_exactly() -> None:
    """A corpus of answers that all say the same, each from another program, in plain text and in HTML."""
    folder = SHARED / "mail" / "reply-talon"
    plain = {path.name: reading.read(path.read_bytes(), now=NOW).own for path in folder.glob("standard_replies*.eml")}
    html = {
        path.name: read("", html=path.read_text(errors="replace")).own for path in folder.glob("html_replies*.html")
    }

    assert (len(plain), len(html)) == (12, 9)
    assert plain == dict.fromkeys(plain, "Hello")
    assert {name: " ".join(own.split()) for name, own in html.items()} == dict.fromkeys(
        html, "Hi. I am fine. Thanks, Alex"
    )


WORD = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäéß", min_size=3, max_size=9)
LINE = st.builds(
    lambda mark, words: mark + " ".join(words),
    st.sampled_from(["", "", "> ", ">> ", "  "]),
    st.lists(WORD, min_size=1, max_size=6),
)
ODDITIES = [
    "",
    "On Mon, Mar 2, 2026, Ada wrote:",
    MARKER,
    "-----Original Message-----",
    "From: Ada",
    "Sent: now",
    "To: bo",
    "___________",
]
ODD = st.sampled_from(ODDITIES)


@given(st.lists(LINE | ODD, max_size=25))
@example(["aaaa", "On Mon, Mar 2, 2026, Ada wrote:", "___________", "aaa"])
def test_no_word_is_ever_lost(lines: list[str]) -> None:
    """But for the signature of a letter that is quoted: of ours, these are the links that stand for its reader."""
    found = read("\n".join(lines))

    shown_words = set(re.findall(r"\w{3,}", found.source))
    typed = {word for line in lines if line.strip("> ") not in set(ODDITIES) for word in re.findall(r"\w{3,}", line)}
    assert typed <= shown_words


def test_a_hostile_line_takes_no_time() -> None:
    started = time.perf_counter()

    read("http://" * 40_000 + "\n\n" + "r+" * 40_000)

    assert time.perf_counter() - started < 5
