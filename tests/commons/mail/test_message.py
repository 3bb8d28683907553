import base64
from datetime import UTC, datetime

import pytest

from commons.mail.bodies import Attachment
from commons.mail.message import EMPTY, NOT_A_MESSAGE
from tests.forum.archives.letters import parts, post, raw, read

NINE = datetime(2017, 3, 6, 9, tzinfo=UTC)


def test_a_plain_message_is_read() -> None:
    message = read(
        "We need soup.\n", In_Reply_To="<bread@well.example>", References="<oven@mill.example> <bread@well.example>"
    )

    assert message.message_id == "soup@orchard.example"
    assert message.in_reply_to == "bread@well.example"
    assert message.heading.references == ["oven@mill.example", "bread@well.example"]
    assert (message.author.name, message.author.address) == ("Orla Quinn", "orla@orchard.example")
    assert message.heading.sent_at == NINE
    assert (message.body, message.signature, message.attachments, message.skipped) == ("We need soup.", "", [], "")


# Who


@pytest.mark.parametrize(
    ("line", "name", "address"),
    [
        ("Orla Quinn <Orla@Orchard.example>", "Orla Quinn", "orla@orchard.example"),
        ('"Quinn, Orla" <orla@orchard.example>', "Quinn, Orla", "orla@orchard.example"),
        ("orla@orchard.example (Orla Quinn)", "Orla Quinn", "orla@orchard.example"),
        ("orla at orchard.example (Orla Quinn)", "Orla Quinn", "orla@orchard.example"),
        ("Orla Quinn <orla at orchard.example>", "Orla Quinn", "orla@orchard.example"),
        ('"Orla \\"O\\" Quinn" <orla@orchard.example>', 'Orla "O" Quinn', "orla@orchard.example"),
        ("Orla Quinn orla@ORCHARD.example", "Orla Quinn", "orla@orchard.example"),
        ("orla@orchard.example", "orla", "orla@orchard.example"),
        ("orla@orchard.example <orla@orchard.example>", "orla", "orla@orchard.example"),
        ('"orla@other.example" <orla@orchard.example>', "orla", "orla@orchard.example"),
        ("=?utf-8?Q?Tariq_D=C3=BCnya?= <tariq@well.example>", "Tariq Dünya", "tariq@well.example"),
        ("Orla", "Orla", ""),
        ("", "", ""),
    ],
)
def test_the_author_has_a_name_and_never_an_address_for_one(line: str, name: str, address: str) -> None:
    author = read(From=line).author

    assert (author.name, author.address) == (name, address)


def test_one_person_is_known_by_the_address_alone() -> None:
    assert (
        read(From="Orla <orla@orchard.example>").author.identity
        == read(From="O. Quinn <ORLA@orchard.example>").author.identity
    )


def test_people_who_write_through_one_machine_stay_apart() -> None:
    orla, tariq = (read(From=f"{name} (JIRA) <jira@tracker.example>").author for name in ("Orla", "Tariq"))

    assert orla.identity != tariq.identity


def test_the_author_behind_a_list_that_rewrites_from_is_found() -> None:
    message = read(
        From="Orla Quinn via Garden <garden@lists.example>",
        Reply_To="Orla Quinn <orla@orchard.example>",
        List_Post="<mailto:garden@lists.example>",
    )

    assert (message.author.name, message.author.identity) == ("Orla Quinn", "orla@orchard.example")


def test_authors_whom_a_list_hides_wholly_stay_apart() -> None:
    orla, tariq = (read(From=f"{name} via Garden <garden@lists.example>").author for name in ("Orla", "Tariq"))

    assert (orla.name, tariq.name) == ("Orla", "Tariq")
    assert orla.identity != tariq.identity


# When


@pytest.mark.parametrize(
    ("date", "sent_at"),
    [
        ("Mon, 6 Mar 2017 10:00:00 +0100", NINE),
        ("Mon Mar  6 09:00:00 2017", NINE),
        ("6 Mar 17 09:00 GMT", NINE),
        ("Mon, 06 Mar 2017 09:00:00 -0000 (UTC)", NINE),
        ("Mon, 6 Mar 2017 09:00:00 +9999", NINE),
        ("2017-03-06T09:00:00Z", NINE),
    ],
)
def test_dates_are_read_as_people_and_programs_wrote_them(date: str, sent_at: datetime) -> None:
    assert read(Date=date).heading.sent_at == sent_at


@pytest.mark.parametrize(
    "date",
    [
        None,
        "yesterday",
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "Mon, 6 Mar 0017 09:00:00 +0000",
        "Mon, 6 Mar 2099 09:00:00 +0000",
    ],
)
def test_a_wrong_date_gives_way_to_the_first_server_that_had_it(date: str | None) -> None:
    received = (
        "from a by b; Mon, 6 Mar 2017 09:30:00 +0000 (GMT)\nReceived: from c by a; Mon, 6 Mar 2017 09:00:00 +0000"
    )

    assert read(Date=date, Received=received).heading.sent_at == NINE


def test_without_date_and_servers_it_was_sent_when_it_was_filed() -> None:
    assert read(Date=None, envelope="From orla@orchard.example Mon Mar  6 09:00:00 2017").heading.sent_at == NINE


def test_nobody_knows_when_it_was_sent() -> None:
    assert read(Date=None).heading.sent_at is None


# Which


def test_an_id_without_brackets_is_an_id() -> None:
    assert read(Message_ID="soup@orchard.example").message_id == "soup@orchard.example"


def test_in_reply_to_in_words_names_the_message_in_brackets() -> None:
    assert read(In_Reply_To="Your message of Monday <bread@well.example>").in_reply_to == "bread@well.example"
    assert read(In_Reply_To="ines@mill.example's message of Monday").in_reply_to == ""


def test_a_message_is_not_its_own_answer() -> None:
    assert read(References="<soup@orchard.example>").heading.references == []


def test_a_message_without_id_gets_one_that_does_not_depend_on_its_archive() -> None:
    here = read("We need\nsoup.\n", Message_ID=None)
    there = read("We  need soup.\n\n", Message_ID=None, X_Archived="yes")
    other = read("We need bread.\n", Message_ID=None)

    assert here.message_id == there.message_id != other.message_id


# What: charsets and encodings


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Grüße".encode(), "text/plain; charset=utf-8"),
        ("Grüße".encode(), "text/plain"),
        ("Grüße".encode(), "text/plain; charset=iso-8859-1"),
        ("Grüße".encode("cp1252"), "text/plain; charset=iso-8859-1"),
        ("Grüße".encode("cp1252"), "text/plain; charset=utf-8"),
        ("Grüße".encode("cp1252"), "text/plain; charset=x-unknown"),
        ("Grüße".encode("cp1252"), "text/plain; charset=unicode_escape"),
        ("Grüße".encode("cp1252"), "text/plain; charset=us-ascii"),
        ("Grüße".encode("utf-16"), "text/plain; charset=utf-16"),
    ],
)
def test_text_is_read_in_whatever_charset_it_is(body: bytes, content_type: str) -> None:
    assert read(body, Content_Type=content_type).body == "Grüße"


def test_what_windows_wrote_as_latin_keeps_its_quotes() -> None:
    assert read(b"\x93Soup\x94 \x96 please", Content_Type="text/plain; charset=iso-8859-1").body == "“Soup” – please"


def test_utf8_with_a_lost_byte_loses_only_that() -> None:
    body = "Größe, Süße, Füße, Grüße und Käse".encode()

    assert read(body.replace("ä".encode(), b"\xc3"), Content_Type="text/plain; charset=utf-8").body.startswith(
        "Größe, Süße, Füße, Grüße"
    )


def test_characters_that_a_database_cannot_store_are_gone() -> None:
    assert read("a\0b\x07c\x1b[1md\r\ne\rf").body == "abc[1md\ne\nf"


@pytest.mark.parametrize(
    ("subject", "meant"),
    [
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
        ("=?UTF-8?Q?Gr=C3?= =?UTF-8?Q?=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe_an_alle?=\n =?utf-8?q?_hier?=", "Grüße an alle hier"),
        ("Soup=?utf-8?q?_=26?=bread", "Soup &bread"),
        ("=?iso-8859-1*de?q?Gr=FC=DFe?=", "Grüße"),
        ("=?x-nothing?q?Gr=FC=DFe?=", "Grüße"),
        ("=?utf-8?q?what??=", "what?"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
        ("Gr\xfc\xdfe".encode("latin-1"), "Grüße"),
        ("Grüße".encode(), "Grüße"),
    ],
)
def test_encoded_words_are_read_broken_ones_too(subject: str | bytes, meant: str) -> None:
    assert read(Subject=subject).heading.subject == meant


def test_quoted_printable_is_read_and_damage_stays_small() -> None:
    message = read("Gr=C3=BC=C3=9Fe, a long =\nline =ZZ and =", Content_Transfer_Encoding="quoted-printable")

    assert message.body == "Grüße, a long line =ZZ and"


def test_base64_is_read_with_a_footer_that_the_list_put_under_it() -> None:
    body = base64.encodebytes("Grüße an alle".encode()).decode() + "\nThe list says hello.\n"

    assert read(body, Content_Transfer_Encoding="base64").body == "Grüße an alle\nThe list says hello."


def test_damaged_base64_is_read_as_far_as_it_goes() -> None:
    assert read(base64.b64encode(b"We need soup")[:-3], Content_Transfer_Encoding="base64").body == "We need s"


def test_flowed_text_flows_again() -> None:
    body = "We need \nsoup and \nbread.\n> You \n> said it.\n> > Who?\n-- \nOrla\n"

    message = read(body, Content_Type="text/plain; format=flowed")

    assert message.body == "We need soup and bread.\n> You said it.\n> > Who?"
    assert message.signature == "Orla"


def test_flowed_text_with_delsp_joins_without_the_space() -> None:
    assert (
        read("Wir brauchen Sup \npe.", Content_Type="text/plain; format=flowed; delsp=yes").body
        == "Wir brauchen Suppe."
    )


def test_enriched_text_loses_its_commands() -> None:
    body = "<bold>We</bold> need\n\n\nsoup <<now>, <fontfamily><param>Courier</param>please</fontfamily>."

    assert read(body, Content_Type="text/enriched").body == "We need\n\nsoup <now>, please."


# What: parts


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nWe need soup."
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>We need <b>soup</b>.</p>"


def test_of_alternatives_the_plain_one_is_read() -> None:
    message = read(**parts("alternative", PLAIN, HTML))

    assert (message.body, message.attachments) == ("We need soup.", [])


def test_of_alternatives_html_is_read_if_the_plain_one_is_empty() -> None:
    assert read(**parts("alternative", "Content-Type: text/plain\n\n  \n", HTML)).body == "We need **soup**."


def test_a_footer_in_its_own_part_follows_the_text() -> None:
    message = read(
        **parts(
            "mixed",
            PLAIN,
            "Content-Type: text/plain\n\n" + "_" * 40 + "\nGarden mailing list\nhttps://x.example/listinfo/garden",
        )
    )

    assert (message.body, message.signature) == ("We need soup.", "")


def test_attachments_are_listed_by_name_size_and_type() -> None:
    pdf = 'Content-Type: application/pdf; name="pot.pdf"\nContent-Transfer-Encoding: base64\n\n' + "QUJD" * 100
    patch = "Content-Type: text/x-patch\nContent-Disposition: attachment; filename*=utf-8''gr%C3%BCn.patch\n\n--- a"
    inner = "Content-Type: message/rfc822\n\nSubject: Bread\n\nWe need bread."

    message = read(**parts("mixed", PLAIN, pdf, patch, inner))

    assert message.body == "We need soup."
    assert message.attachments == [
        Attachment("pot.pdf", 300, "application/pdf"),
        Attachment("grün.patch", 5, "text/x-patch"),
        Attachment("Bread.eml", 0, "message/rfc822"),
    ]


def test_a_message_of_attachments_only_is_kept() -> None:
    message = read(
        **parts("mixed", "Content-Type: image/png\nContent-Disposition: attachment; filename=pot.png\n\nxyz")
    )

    assert message.skipped == ""
    assert [one.name for one in message.attachments] == ["pot.png"]


def test_a_signed_message_keeps_its_text_and_names_the_signature() -> None:
    signature = "Content-Type: application/pgp-signature; name=signature.asc\n\nabc"

    message = read(**parts("signed", PLAIN, signature))

    assert (message.body, [one.name for one in message.attachments]) == ("We need soup.", ["signature.asc"])


def test_pgp_armour_is_taken_off() -> None:
    message = read(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nWe need soup.\n- --\nOrla\n"
        "-----BEGIN PGP SIGNATURE-----\nVersion: x\n\niQEc\n=abcd\n-----END PGP SIGNATURE-----\n"
    )

    assert (message.body, message.signature) == ("We need soup.", "Orla")


def test_uuencoded_files_are_listed() -> None:
    message = read("Here it is.\n\nbegin 644 pot.gif\n#0V%T\n`\nend\n")

    assert (message.body, [one.name for one in message.attachments]) == ("Here it is.", ["pot.gif"])


def test_what_an_archiver_scrubbed_is_listed_and_html_twins_are_not() -> None:
    message = read(
        "Hello\n-------------- next part --------------\nA non-text attachment was scrubbed...\nName: pot.pdf\n"
        "Type: application/pdf\nSize: 2048 bytes\nDesc: not available\nURL: <http://x.example/pot.pdf>\n"
        "-------------- next part --------------\nAn HTML attachment was scrubbed...\nURL: <http://x.example/a.html>\n"
    )

    assert (message.body, message.attachments) == ("Hello", [Attachment("pot.pdf", 2048, "application/pdf")])


def test_a_boundary_in_angle_brackets_is_found() -> None:
    body = "--<<1>>\nContent-Type: text/plain\n\nWe need soup.\n--<<1>>--\n"

    assert read(body, Content_Type='multipart/mixed; boundary="<<1>>"').body == "We need soup."


def test_a_missing_last_boundary_loses_nothing() -> None:
    body = f"--edge\n{PLAIN}\n"

    assert read(body, Content_Type="multipart/mixed; boundary=edge").body == "We need soup."


def test_parts_in_parts_without_end_are_survived() -> None:
    deep = "".join(f'--e{n}\nContent-Type: multipart/mixed; boundary="e{n + 1}"\n\n' for n in range(3000))

    message = read(deep, Content_Type='multipart/mixed; boundary="e0"')

    assert len(message.body) < 500_000


@pytest.mark.parametrize(
    "body",
    ["", "\n\n", "_" * 47 + "\nGarden mailing list\nhttps://x.example/listinfo/garden\n"],
)
def test_a_message_that_says_nothing_is_skipped_as_empty(body: str) -> None:
    assert read(body).skipped == EMPTY


def test_an_alternative_of_nothing_is_skipped_as_empty() -> None:
    assert (
        read(**parts("alternative", "Content-Type: text/plain\n\n", "Content-Type: text/html\n\n<p> </p>")).skipped
        == EMPTY
    )


def test_what_has_no_headers_is_no_message() -> None:
    from commons.mail import message as archives
    from commons.mail.mbox import RawMessage
    from tests.forum.archives.letters import NOW

    junk = RawMessage(offset=0, size=9, envelope=b"", content=b"\x00\xffjunk\n\n!!")

    assert archives.heading(junk, now=NOW) is None
    assert archives.parse(junk, now=NOW).skipped == NOT_A_MESSAGE


# HTML


def test_html_becomes_markdown() -> None:
    html = (
        "<html><head><title>t</title><style>p { color: red }</style></head><body><h1>Soup</h1><p>We need <b>soup</b>, "
        "<i>really</i>: <a href='https://soup.example/a_b'>see</a>.<br><br>Bring</p>"
        "<blockquote>Who?</blockquote><ul><li>pots</li><li>spoons</li></ul><script>alert(1)</script></body></html>"
    )

    assert post(html, Content_Type="text/html") == (
        "**Soup**\n\nWe need **soup**, *really*: [see](https://soup.example/a_b).\n\nBring\n\n> Who?\n\n- pots\n- spoons"
    )


def test_text_in_html_is_not_markdown_either() -> None:
    markdown = post(
        "<p># no heading</p><p>2 * 3 * 4 and *.java</p><p>::: details</p><p>&lt;b&gt;</p>", Content_Type="text/html"
    )

    assert markdown.split("\n\n") == ["\\# no heading", "2 * 3 * 4 and \\*.java", "\\::: details", "\\<b>"]


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>" * 20_000 + "deep",
        "<b><p><i>" * 20_000 + "deep",
        "<table><tr><td>" * 5_000 + "deep",
        "<div" * 50_000 + ">deep</div>",
        "deep <!-- " * 20_000,
        "<a href='" + "x" * 200_000 + "'>deep</a>",
    ],
)
@pytest.mark.timeout(90)
def test_nasty_html_is_survived(html: str) -> None:
    read(html, Content_Type="text/html")


def test_scripts_and_remote_images_are_nowhere() -> None:
    html = "<p onclick='x()'>Hi<img src='https://spy.example/1.gif'><a href='javascript:x()'>there</a></p><iframe src='https://spy.example'></iframe>"

    assert post(html, Content_Type="text/html") == "Hithere"


def test_raw_headers_are_not_needed_twice() -> None:
    folded = raw(Subject="We\n need\n\tsoup")

    assert folded.content.count(b"\n") > 3
    assert read(Subject="We\n need\n\tsoup").heading.subject == "We need soup"
