import pytest

from bench import drive

SAID = """Running 3s test @ http://127.0.0.1:4000
  1 threads and 8 connections
  Requests/sec:     10.00
measured requests=30 microseconds=3000000 bytes=60000 unexpected=0 failed=0 p50=1500 p95=20000 p99=31000
"""


def test_what_wrk_says_is_read() -> None:
    assert drive.parse(SAID) == drive.Run(rate=10.0, p50=1.5, p95=20.0, p99=31.0, size=2000.0, requests=30)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (SAID.replace("unexpected=0", "unexpected=2"), "of 30 answers 2 were of another kind; 0 failed"),
        (SAID.replace("failed=0", "failed=4"), "of 30 answers 0 were of another kind; 4 failed"),
        (SAID.replace("requests=30", "requests=0"), "of 0 answers 0 were of another kind; 0 failed"),
        ("unable to connect", "wrk measured nothing: unable to connect"),
    ],
)
def test_answers_of_another_kind_are_no_figures(said: str, why: str) -> None:
    with pytest.raises(drive.Failed, match=why):
        drive.parse(said)


def test_a_form_that_makes_nothing_is_no_figure() -> None:
    drive.check_made(32, forms=30, connections=2)
    for made in (29, 33):
        with pytest.raises(drive.Failed, match=f"30 forms were answered, and {made} things were made"):
            drive.check_made(made, forms=30, connections=2)


def test_a_round_is_held_against_the_yardstick_of_its_moment() -> None:
    rounds = [
        drive.Round(drive.Run(rate, 1, 2, 3, 100), yardstick) for rate, yardstick in ((10, 100), (30, 100), (9, 30))
    ]

    found = drive.middle(rounds)

    assert (found["share"], found["requests_per_second"], found["yardstick"]) == (0.3, 10, 100)
