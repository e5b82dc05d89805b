"""What other rooms say in English, in the language spoken now: remarks on a query, problems.

They say it to programs as well, and know nothing of pages. Here each is known again by its form.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from searchsvc.web.language import ENGLISH, N_, current, gettext

_PHRASES: Final = (
    # What became of a part of a query.
    N_("holds no letter, digit or symbol that can be searched for"),
    N_("a wildcard needs letters or digits right beside it"),
    N_("wildcards do not work between characters that are words of their own"),
    N_("a question mark at the end of a query is no wildcard"),
    N_("~ works right behind a word or a phrase; read without it"),
    N_("the %(field)ss are %(values)s; not “%(text)s”"),
    N_("the later date stands first; read the other way round"),
    N_("nothing stands between the quotation marks"),
    N_("wildcards do not work between quotation marks"),
    N_("a distance needs two words or more between the quotation marks"),
    N_("no distance is given after ~; read as ~%(num)s"),
    N_("the widest distance is %(num)s"),
    N_("a wildcard alone needs at least one letter before it here"),
    N_("there is no field “%(field)s”; did you mean %(other)s:; read as words"),
    N_("there is no field “%(field)s”; read as words"),
    N_("there is no field “%(field)s”; read as a word"),
    N_("~ works on one word without wildcards; read without it"),
    N_("~0 allows no difference; read without it"),
    N_("at most %(num)s edits can be asked for"),
    N_("a wildcard works on one word; its neighbours are looked for beside it"),
    N_("there is no opening bracket before it"),
    N_("the closing bracket is missing; it is taken to stand at the end"),
    N_("a query may have %(num)s words; this one is beyond them"),
    N_("a query may have %(num)s words with * or ? or ~; this one is beyond them"),
    N_("brackets nest more than %(num)s deep"),
    N_("a query may be %(num)s characters long; this is beyond them"),
    N_("there is nothing after it to choose from"),
    N_("there is nothing before it to choose from"),
    N_("there is nothing after it to be joined"),
    N_("there is nothing before it to be joined"),
    N_("every word must be found anyway; + is not needed"),
    N_("there is nothing after it to be excluded"),
    N_("names a field, but nothing to look for in it follows"),
    N_("there is nothing to look for in these brackets"),
    N_("the closing quotation mark is missing; the phrase is taken to run to the end"),
    N_("%(field)s: takes the place of %(other)s:"),
    N_("statements have no field “%(field)s”"),
    N_("articles have no field “%(field)s”"),
    N_("two negations cancel out"),
    N_("other names of “%(name)s” are not left out"),
    N_("switched off"),
    N_("a query looks for at most %(num)s other names"),
    N_("names no %(field)s"),
    N_("no country is called “%(name)s”; a name of several words stands in quotation marks"),
    N_("no country is called “%(name)s”"),
    N_("%(day)s is not in the calendar"),
    N_("is no date; write 2017, 2017-05, 2017-05-12, 2017..2018 or >=2017"),
    N_("a pattern that starts with a wildcard needs %(num)s letters; read without it"),
    # Why a hit has its score.
    N_("rarity: %(matching)s of %(documents)s documents match"),
    N_("saturation: 1 / (%(num)s + occurrences)"),
    N_("so common a word counts less"),
    N_("another name: %(name)s"),
    N_("the best of several names"),
    N_("another name counts less"),
    N_("and no more for being rarer than what was typed"),
    N_("freshness: undated, half-life %(num)s days"),
    N_("freshness: %(age)s days before the newest, half-life %(num)s days"),
    N_("relevance, by how new it is"),
    N_("relevance"),
    N_("query words side by side"),
    N_("being like other hits, good or less so"),
    N_("occurrences"),
    N_("times it occurs"),
    N_("weight of the field"),
    N_("length: %(num)s words, mean %(mean)s"),
    # What is wrong with an address.
    N_("unknown parameter; did you mean `%(other)s`?"),
    N_("unknown parameter; there are %(others)s"),
    N_("unknown parameter"),
    N_("holds a control character; take it out"),
    N_("is longer than %(num)s characters; shorten it"),
    N_("is given %(num)s times; give it once"),
    N_("is given %(num)s times; at most %(most)s"),
    N_("expected one of %(choices)s, not %(text)s"),
    N_("expected a whole number from %(low)s to %(high)s, not %(text)s"),
    N_("expected facets among %(choices)s, not %(text)s"),
    N_(
        "expected a day, month or year such as 2024-05-12, 2024-05 or 2024, not %(text)s, which is not"
        " in the calendar"
    ),
    N_("expected a day, month or year such as 2024-05-12, 2024-05 or 2024, not %(text)s"),
    N_("names nothing: %(text)s"),
    N_("ends before the first day asked for; swap the two"),
    N_("statements have no field %(field)s; add in=articles"),
    N_("articles have no field %(field)s; add in=statements"),
    N_("statements have no field %(field)s; leave it out"),
    N_("articles have no field %(field)s; leave it out"),
    N_("is one too many beside `%(other)s`; give one of %(choices)s"),
    N_("has no word that can be looked for; give a sentence or more"),
    N_("give one of %(choices)s, in the address or in the body of a POST"),
    # What an error page says.
    N_("Bad Request"),
    N_("Unauthorized"),
    N_("Forbidden"),
    N_("Not Found"),
    N_("Method Not Allowed"),
    N_("%(method)s is not taken at this address; it takes %(methods)s"),
    N_("Gone"),
    N_("Content Too Large"),
    N_("Unprocessable Content"),
    N_("Too Many Requests"),
    N_("Internal Server Error"),
    N_("Service Unavailable"),
    N_("No Index"),
    N_("Unusable Index"),
    N_("There is nothing at this address."),
    N_("There is no article of this id in the archive."),
    N_("No country of this name is known, and the archive has none."),
    N_("No index has been published yet. Its operator can run: %(command)s."),
    N_(
        "Nothing tells which generation of the index is published. Its operator can run: %(command)s."
    ),
    N_("The index was built by another version. Its operator can run: %(command)s."),
    N_("The index is damaged. Its operator can run: %(command)s."),
    N_("The search engine cannot answer just now. Please try again in a moment."),
    N_("Enter a key as the password; the name does not matter."),
    N_(
        "There is no such key, or it was revoked. Enter a key as the password; the name does not matter."
    ),
    N_(
        "More requests than allowed: %(limits)s. Go on in %(seconds)s seconds, as Retry-After says."
    ),
    N_("The preference %(name)s is one of %(choices)s."),
)
_VALUE: Final = re.compile(r"%\\\((\w+)\\\)s")  # of an escaped phrase
_AND: Final = "; "


def told(text: str | None) -> str:
    """`text`, which another room said, in the language spoken now; as it is where nobody knows it."""
    language = current()
    if not text or language is ENGLISH:
        return text or ""
    for form, phrase in _forms():
        if match := form.fullmatch(text):
            return gettext(phrase, **match.groupdict()) if match.groupdict() else gettext(phrase)
    head, joint, rest = text.partition(_AND)
    while joint:  # several remarks on one part, any of which may have a semicolon itself
        if known(head):
            return f"{told(head)}{_AND}{told(rest)}"
        more, joint, rest = rest.partition(_AND)
        head = f"{head}{_AND}{more}"
    return text


def known(text: str) -> bool:
    """Whether it is one whole remark that can be said in any language."""
    return any(form.fullmatch(text) for form, _phrase in _forms())


def _value(name: re.Match[str]) -> str:
    """What stands for a value of this name: fields and parameters have no space in their names."""
    form = r"[^\s;]+?" if name[1] in {"field", "other", "num"} else ".+?"
    return f"(?P<{name[1]}>{form})"


@lru_cache(maxsize=1)
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each phrase with the expression that knows it again, those without values first."""
    ordered = sorted(_PHRASES, key=lambda phrase: phrase.count("%("))
    return tuple(
        (re.compile(_VALUE.sub(_value, re.escape(phrase)), re.DOTALL), phrase)
        for phrase in ordered
    )
