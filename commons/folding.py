"""Words without their accents and capitals, so that a search for "elodie" finds Élodie."""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import BooleanField, F, Func
from django.db.models.expressions import CombinedExpression

MARKS = re.compile("[\u0300-\u036f]")
OPERATORS = re.compile(r"[\s'\\:&|!()<>*\x00]+")


def folded(text: str) -> str:
    """What PostgreSQL makes of `text` with `folded_sql`."""
    return text.lower() if text.isascii() else MARKS.sub("", unicodedata.normalize("NFKD", text)).lower()


def folded_sql(field: str) -> Func:
    """The expression of a generated column. Migrations hold it as it is here, so that it may not change."""
    return Func(
        F(field), template=r"lower(regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g'))"
    )


def words_typed(typed: str) -> str:
    """A tsquery for the words that were typed, whole or begun. Empty if there is none."""
    return " & ".join(f"'{word}':*" for word in OPERATORS.split(folded(typed)) if word)


def words_begin(tsquery: str, *fields: str) -> CombinedExpression:
    """A condition: each of the `words_typed` begins a word of the fields, which are folded and have an index on just
    this vector."""
    asked = SearchQuery(tsquery, search_type="raw", config="simple")
    return _Matches(SearchVector(*fields, config="simple"), "@@", asked, output_field=BooleanField())


class _Matches(CombinedExpression):
    conditional = True
