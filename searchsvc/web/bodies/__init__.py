"""What goes out as JSON: one marshmallow schema per thing, made from the same answer as the page."""

from searchsvc.web.bodies.asking import (
    SimilarBody,
    SuggestBody,
    article_body,
    similar_body,
    suggest_body,
)
from searchsvc.web.bodies.documents import ArticleBody
from searchsvc.web.bodies.searching import Onward, SearchBody, search_body
from searchsvc.web.bodies.service import (
    AliveBody,
    ProblemBody,
    ReadyBody,
    StartBody,
    ready_body,
    start_body,
)

__all__ = [
    "AliveBody",
    "ArticleBody",
    "Onward",
    "ProblemBody",
    "ReadyBody",
    "SearchBody",
    "SimilarBody",
    "StartBody",
    "SuggestBody",
    "article_body",
    "ready_body",
    "search_body",
    "similar_body",
    "start_body",
    "suggest_body",
]
