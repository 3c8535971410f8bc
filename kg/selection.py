"""Which claims a list or a graph is about, and the day that a claim holds (``spec/claims.md``, On every claim)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.errors import InvalidValue
from kg.model import DATE, Article, Claim, Entity


@lru_cache(maxsize=4096)
def first_day(date: str, published: str = "") -> str:
    """The first day of an ISO date of any precision; a date without a year takes that of ``published``; else empty.

    >>> first_day("2024"), first_day("--09", "2024-05-01"), first_day("2024-02-31"), first_day("--09")
    ('2024-01-01', '2024-09-01', '2024-02-29', '')
    """
    if date.startswith("--"):
        date = published[:4] + date[1:] if published else ""
    if not date or int(date[:4]) == 0:
        return ""
    year, month, day = (date + "-01-01"[len(date) - 4 :]).split("-")
    return f"{year}-{month}-{min(int(day), monthrange(int(year), int(month))[1]):02}"


def last_day(date: str, published: str = "") -> str:
    """The last day of an ISO date of any precision, with the year from ``published`` as in :func:`first_day`.

    >>> last_day("2024"), last_day("2024-02"), last_day("2024-02-03")
    ('2024-12-31', '2024-02-29', '2024-02-03')
    """
    begin = first_day(date, published)
    precision = len(date.replace("--", "2000-", 1))
    if not begin or precision == 10:
        return begin
    month = begin[5:7] if precision == 7 else "12"
    return f"{begin[:4]}-{month}-{monthrange(int(begin[:4]), int(month))[1]}"


def claim_day(claim: Claim, article: Article | None) -> str:
    """The day a claim is about: its ``asOf``, else its article's publication; empty where neither is known."""
    published = article.published if article else ""
    return (claim.as_of and first_day(claim.as_of, published)) or first_day(published)


@dataclass(frozen=True, slots=True)
class Selection:
    """A filter of claims; what is empty filters nothing. ``since`` and ``until`` (inclusive) are dates of any precision.

    Raises :class:`InvalidValue` where one of them is not a date with a year.
    """

    predicates: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    modalities: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""
    confidence: float = 0.0

    def __post_init__(self) -> None:
        for date in (self.since, self.until):
            if date and (date.startswith("--") or not DATE.fullmatch(date)):
                raise InvalidValue(f"{date!r} is not a date of the form YYYY, YYYY-MM or YYYY-MM-DD")

    def keeps(self, claim: Claim, article: Article | None) -> bool:
        """Whether the claim passes; one of its ends must be of the ``types``, an undated claim has no time to pass."""
        return (
            (not self.predicates or claim.predicate in self.predicates)
            and (not self.modalities or claim.modality in self.modalities)
            and claim.confidence >= self.confidence
            and self.touches(claim.subject, claim.object)
            and (not (self.since or self.until) or self._in_time(claim_day(claim, article)))
        )

    def touches(self, *ends: Entity | None) -> bool:
        """Whether one of the things is of the ``types``: whoever asks for people wants what they do, too."""
        return not self.types or any(end is not None and end.type in self.types for end in ends)

    def _in_time(self, day: str) -> bool:
        early = day[: len(self.since)] < self.since
        return bool(day) and not early and (not self.until or day[: len(self.until)] <= self.until)


def select(claims: Iterable[Claim], articles: Mapping[str, Article], selection: Selection) -> Iterator[Claim]:
    """The claims that pass, in their order."""
    if selection == Selection():
        return iter(claims)
    return (claim for claim in claims if selection.keeps(claim, articles.get(claim.article)))
