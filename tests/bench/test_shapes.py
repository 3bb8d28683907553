from random import Random

import pytest

from bench import profile, shapes
from bench.front import CONFIGURATION, configuration
from bench.look import in_short
from bench.texts import Pool
from commons import markup
from forum import heat


def test_threads_have_just_as_many_posts_as_were_asked_for() -> None:
    sizes = shapes.thread_sizes(500, posts=5000, chance=Random(3))

    assert (len(sizes), sum(sizes), min(sizes)) == (500, 5000, 1)
    assert max(sizes) > 100


def test_trees_have_as_many_posts_without_an_answer_as_real_ones() -> None:
    chance = Random(1)
    trees = [list(shapes.parents(9, chance)) for _thread in range(600)]

    answered = sum(len(set(parents) - {0}) for parents in trees)

    assert 1 - answered / (600 * 9) == pytest.approx(0.632, abs=0.05)


def test_the_worst_tree_answers_only_what_stands_before() -> None:
    tree = shapes.worst_tree()

    assert len(tree) == 1890
    assert all(parent < number for number, parent in enumerate(tree, 1))


def test_texts_are_the_same_each_time_and_render_together_as_they_do_alone() -> None:
    pool, again = Pool(bodies=60), Pool(bodies=60)
    texts = [body.followed_by(ending) for body, ending in zip(pool.bodies, pool.endings, strict=True)]

    assert pool.bodies == again.bodies
    assert [text.html for text in texts] == [markup.render(text.source).html for text in texts]
    assert not any(heat.words_in(text.source) for text in texts)


def test_the_front_of_the_operators_is_the_one_that_is_measured() -> None:
    text = configuration(CONFIGURATION.read_text(), port=4001, spare=4002, webs=["127.0.0.1:4000"], folder="/somewhere")

    assert "server 127.0.0.1:4000 max_fails=2 fail_timeout=5s;" in text
    assert "listen 127.0.0.1:4001;" in text
    assert not any(word in text for word in ("web:8000", "ssl", "listen 80", "listen 443", "/run/", "resolver"))


def test_stacks_are_summed_by_function() -> None:
    stacks = "main (a.py:1);render (b.py:7) 3\nmain (a.py:1);render (b.py:9) 1\nmain (a.py:2) 6\n"

    lines = [line.split(maxsplit=2) for line in profile.summary(stacks).splitlines()]

    assert [f"{share} {name}" for share, _sign, name in lines[2:4]] == ["60.0 main (a.py)", "40.0 render (b.py)"]
    assert [f"{share} {name}" for share, _sign, name in lines[5:]] == ["40.0 render (b.py)"]


def test_a_query_is_the_same_however_long_its_lists_are() -> None:
    queries = [f'SELECT "a"."id", "a"."name" FROM "a" WHERE "a"."id" IN ({marks})' for marks in ("%s, %s", "%s")]

    assert {in_short(sql) for sql in queries} == {'SELECT … FROM "a" WHERE "a"."id" IN (…)'}
