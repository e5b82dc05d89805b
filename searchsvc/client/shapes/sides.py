"""What may be asked of a comparison, as arguments.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

from typing import Literal

from searchsvc.client.shapes.parameters import Bound, Searching, Values


class Comparing(Searching, total=False):
    """Parameters of the search that both sides begin from, and of each side.

    Those of a side, `a_` or `b_`, take the place of that of both.
    """

    a_date_from: Bound
    b_date_from: Bound
    a_date_to: Bound
    b_date_to: Bound
    a_date: Literal["(none)"]
    b_date: Literal["(none)"]
    a_speaker: Values
    b_speaker: Values
    a_not_speaker: Values
    b_not_speaker: Values
    a_speaker_op: Literal["or", "and"]
    b_speaker_op: Literal["or", "and"]
    a_country: Values
    b_country: Values
    a_not_country: Values
    b_not_country: Values
    a_country_op: Literal["or", "and"]
    b_country_op: Literal["or", "and"]
    a_speaker_country: Values
    b_speaker_country: Values
    a_not_speaker_country: Values
    b_not_speaker_country: Values
    a_speaker_country_op: Literal["or", "and"]
    b_speaker_country_op: Literal["or", "and"]
    a_source: Values
    b_source: Values
    a_not_source: Values
    b_not_source: Values
    a_source_op: Literal["or", "and"]
    b_source_op: Literal["or", "and"]
    a_kind: Values
    b_kind: Values
    a_not_kind: Values
    b_not_kind: Values
    a_kind_op: Literal["or", "and"]
    b_kind_op: Literal["or", "and"]
    a_act: Values
    b_act: Values
    a_not_act: Values
    b_not_act: Values
    a_act_op: Literal["or", "and"]
    b_act_op: Literal["or", "and"]
    a_article: Values
    b_article: Values
    a_not_article: Values
    b_not_article: Values
    a_article_op: Literal["or", "and"]
    b_article_op: Literal["or", "and"]
    a_q: str
    b_q: str
    a_match: Literal["all", "any"]
    b_match: Literal["all", "any"]
    a_expand: bool
    b_expand: bool
    a_expand_not: Values
    b_expand_not: Values
