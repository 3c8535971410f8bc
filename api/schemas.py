"""The bodies of HTTP answers: the JSON Lines form of a claim (``spec/claims.md`` section 2) and what stands around it."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, Field

Item = TypeVar("Item")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class Page(BaseModel, Generic[Item]):
    """Part of a list; ``next`` is the address of the part after it, ``null`` at the end."""

    total: int
    offset: int
    limit: int
    next: str | None
    items: list[Item]


class EntityBody(BaseModel):
    """A thing that claims talk about; ``labels`` holds every known name, the most usual first."""

    id: str
    type: str
    labels: list[str]


class QuantityBody(BaseModel):
    """A number or a range (``min``, ``max``) with its unit."""

    number: int | float | None
    min: int | float | None
    max: int | float | None
    comparator: str
    unit: str


class DateBody(BaseModel):
    """A date as precise as the text: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``--MM`` or ``--MM-DD``."""

    date: str
    comparator: str


class EvidenceBody(BaseModel):
    """A span of the article's text, in code points, ``end`` exclusive, and its exact words."""

    start: int
    end: int
    quote: str


class TellingBody(BaseModel):
    """How sure a span says its claim, and who says it there, the outermost reporter first."""

    start: int
    end: int
    modality: str
    speakers: list[str]


class CitationBody(BaseModel):
    """Where a claim was read; ``link`` opens the original at the quote, ``text`` a line to paste, ``tellings`` one a span."""

    title: str
    publisher: str
    url: str
    published: str
    link: str | None = None
    speakers: str | None = None
    text: str
    tellings: list[TellingBody]


class ClaimBody(BaseModel):
    """A claim exactly as in the JSON Lines export, and its citation."""

    id: str
    article: str
    subject: EntityBody
    predicate: str
    object: EntityBody | None
    value: QuantityBody | DateBody | None
    qualifiers: dict[str, EntityBody | QuantityBody | DateBody | str]
    modality: str
    attributedTo: list[EntityBody]
    asOf: str | None
    evidence: list[EvidenceBody]
    confidence: int | float
    citation: CitationBody


class EntityClaims(EntityBody):
    """An entity and the claims about it."""

    claims: Page[ClaimBody]


class PositionBody(BaseModel):
    """One side of a conflict, its claims, and the independent sources behind them."""

    object: EntityBody | None
    value: QuantityBody | DateBody | None
    denied: bool
    sources: list[str]
    claims: list[ClaimBody]


class ConflictBody(BaseModel):
    """Positions on one property of one thing that exclude each other; ``stance`` is ``fact`` or ``plan``."""

    subject: EntityBody
    predicate: str
    stance: str
    positions: list[PositionBody]


class PointBody(BaseModel):
    """A value at a time: the day that the claim is about, and its article's date."""

    about: str | None
    published: str | None
    claim: ClaimBody


class AgreementBody(BaseModel):
    """One statement and the independent publishers that make it."""

    subject: EntityBody
    predicate: str
    object: EntityBody | None
    value: QuantityBody | DateBody | None
    stance: str
    sources: list[str]
    claims: list[ClaimBody]


class LinkBody(BaseModel):
    """A neighbour, and the claims that make it one."""

    entity: EntityBody
    claims: list[ClaimBody]


class PathBody(BaseModel):
    """Things in a row, and for each step the claims along it (one step fewer than things)."""

    entities: list[EntityBody]
    steps: list[list[ClaimBody]]


class RankBody(BaseModel):
    """A thing and its score under a measure."""

    entity: EntityBody
    score: float


class CommunityBody(BaseModel):
    """Things that belong together, the most linked first."""

    size: int
    members: list[EntityBody]


class AnswerBody(BaseModel):
    """A thing or a value and the claims it rests on; a derived one says ``why``, and which ``chains`` of claims lead to it.

    A value ``of`` a product counts a part: 50,000 H200 among 230,000 GPUs. Where thousands of claims say the same, some of
    them stand here, and ``more`` is how many others there are.
    """

    entity: EntityBody | None
    value: QuantityBody | DateBody | str | None
    of: EntityBody | None = None
    derived: bool
    claims: list[ClaimBody]
    more: int | None = None
    why: str | None = None
    chains: list[list[str]] | None = None


class StepBody(BaseModel):
    """A step of a question that is made of several, in words, and the names of what claims tell of it."""

    step: str
    found: list[str]


class AskBody(BaseModel):
    """How a question was understood, the query that ran, and its answers.

    ``verdict`` answers whether, ``count`` how many; ``steps`` are those that a question is made of which finds no answer,
    ``readings`` are other ways to understand it. Where it is not understood, ``interpretation`` says why and ``suggestions``
    what can be asked.
    """

    question: str
    understood: bool
    interpretation: str
    sparql: str
    answers: list[AnswerBody]
    suggestions: list[str]
    verdict: str | None = None
    count: int | None = None
    steps: list[StepBody] | None = None
    readings: list[AskBody] | None = None


class ArticleBody(BaseModel):
    """What is known about an article; ``claims`` is the number of claims read from it."""

    id: str
    title: str
    publisher: str
    url: str
    published: str
    claims: int


class Taken(BaseModel):
    """What became of an article that was sent: its id, its claims, and whether anything changed."""

    ids: list[str]
    claims: int
    changed: int
    notices: list[str]


class ArticleText(ArticleBody):
    """An article with the text that all offsets refer to or, where ``whole`` is false, with excerpts around its quotes."""

    text: str = Field(description="Code points as read; evidence offsets count them where the text is whole")
    whole: bool


class FaultBody(BaseModel):
    """One thing that does not hold; ``claim`` is ``null`` where it is the article itself."""

    article: str
    claim: str | None
    what: str


class VerifyBody(BaseModel):
    """How much was checked, and what does not hold."""

    ok: bool
    articles: int
    claims: int
    quotes: int
    faults: Page[FaultBody]


class Health(BaseModel):
    """That the service is alive, and what it serves."""

    status: str
    version: str
    ontology: str
    articles: int
    claims: int
    entities: int
