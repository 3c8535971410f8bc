"""What a question means: a property, what is wanted of it, what is given, and the filters (issue 6, Asking)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kg.model import Modality

Form = Literal["list", "truth", "count", "value", "date", "place"]
ANYTHING = "anything"
"""The property of a step that wants claims, whatever they say: of what they are ``about`` or of their ``subject``."""

CLAIMED = ("claim", "conflict")
"""What a step wants that is answered by claims themselves."""

Relation = Literal["in", "by", "since", "until"]
Limit = Literal["above", "least", "below", "most", "is", "between"]


@dataclass(frozen=True, slots=True)
class Known:
    """A thing that the question names; ``id`` is empty where no entity has that name."""

    id: str
    type: str
    label: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product that is no entity of its own, as the question calls it; its names have one of ``texts``.

    ``measure`` is the property by which a thing has so much of it. A kind of place is told by the query ``place``, whatever
    is of one of some ``types`` by these alone (data centers).
    """

    label: str
    texts: tuple[str, ...]
    measure: str = ""
    place: str = ""
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Time:
    """A time filter: ``in`` the date, known ``by`` it, ``since`` it or ``until`` (before) it."""

    relation: Relation
    date: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison with a number in a unit of the vocabulary, or ``between`` it and another, the ``most``."""

    limit: Limit
    number: float
    unit: str
    most: float = 0.0


@dataclass(frozen=True, slots=True)
class Filters:
    """What claims must have: a modality, a speaker (or publisher), a time; and where what answers must be.

    With ``inner`` modality, speaker and time are of the claims that tie what the question describes, and not of the answers'.
    With ``newest`` the answers go by the day that claims are about, with ``ahead`` plans go first.
    ``unused`` are words of the question that the reading does without.
    """

    modality: Modality | None = None
    speaker: Known | None = None
    time: Time | None = None
    place: Known | None = None
    inner: bool = False
    newest: bool = False
    ahead: bool = False
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """The set of things (or values) that fill the role ``want`` of ``property`` when the other roles are ``given``.

    ``want`` is ``subject``, ``object``, ``value``, a qualifier, ``claim``, ``conflict`` (claims that exclude each other),
    ``speaker``, ``time`` (when it is so), or ``truth`` where both ends are given (or one and a ``bound``). ``also`` is what is
    asked for beside it: a qualifier or ``time`` (who invested, and how much); ``measure`` is the qualifier of a relation that
    a ``bound`` is of (who invested more than a number). ``types`` narrows what is wanted to entity types that the question
    names, ``kind`` to a kind of product; ``posts`` are the spellings of the post that a qualifier
    ``role`` must have, an empty one among them where a claim without one will do. ``others`` are properties that do as well
    (what somebody operates, builds or owns). ``order`` puts the greatest or smallest first, of the things ``among`` which they
    are sought where these are named.
    ``loose`` and ``cost`` serve to choose among readings.
    """

    property: str
    want: str
    given: tuple[tuple[str, Known | Kind | Step], ...]
    types: frozenset[str] = frozenset()
    kind: Kind | None = None
    posts: tuple[str, ...] = ()
    order: Literal["", "max", "min"] = ""
    among: tuple[Known, ...] = ()
    bound: Bound | None = None
    date: Time | None = None
    count: bool = False
    also: str = ""
    measure: str = ""
    others: tuple[str, ...] = ()
    loose: bool = False
    cost: int = 0

    def names(self) -> Iterator[Known]:
        """Everything that is named in the step and in the steps it is made of."""
        yield from self.among
        for _, node in self.given:
            if isinstance(node, Known):
                yield node
            elif isinstance(node, Step):
                yield from node.names()


@dataclass(frozen=True, slots=True)
class Question:
    """One reading of a question; ``words`` says what is asked, ``steps`` what each step is that its own is made of.

    ``wider`` is what to tell beside it where nothing answers it (who leads a company that is said to have no president).
    """

    step: Step
    form: Form
    filters: Filters
    words: str
    steps: tuple[str, ...] = ()
    wider: Question | None = None


def swapped(question: Question, one: Known, other: Known) -> Question:
    """The question asked of another thing."""

    def met(node: Known | Kind | Step | None) -> bool:
        return isinstance(node, Known) and (node == one or node.id == one.id != "")

    def swap(step: Step) -> Step:
        given = ((role, swap(node) if isinstance(node, Step) else other if met(node) else node) for role, node in step.given)
        return replace(step, given=tuple(given))

    filters = question.filters
    speaker, place = (other if met(known) else known for known in (filters.speaker, filters.place))
    return replace(question, step=swap(question.step), filters=replace(filters, speaker=speaker, place=place))


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was made of a text: its readings (several where it is ambiguous) or why there are none.

    ``language`` is that in which it is told. ``unknown`` holds names that no entity has, ``near`` the question with names like
    them, and its readings; ``leftover`` words that are not understood, ``beyond`` kinds of question that are never understood
    (why, denied, than, two); ``about`` what it may name, ``speaks`` the properties that its words speak of.
    """

    text: str
    language: Literal["en", "ja"]
    readings: tuple[Question, ...] = ()
    unknown: tuple[str, ...] = ()
    leftover: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    near: tuple[tuple[str, tuple[Question, ...]], ...] = ()
    about: tuple[Known, ...] = ()
    speaks: tuple[str, ...] = ()
