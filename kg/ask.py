"""Answers questions in English and Japanese from a store, every answer with the claims it rests on (issue 6, Asking)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal
from weakref import WeakKeyDictionary

from kg import ask_offers, catalog
from kg import namespaces as ns
from kg.ask_answer import Answer, Cited, Found, Verdict, answer_json, cited, claim_rank, innermost, ranked, references, usual
from kg.ask_many import Way, ordered, shown
from kg.ask_names import Names
from kg.ask_offers import builder, offered
from kg.ask_query import SIDES, declared, fill
from kg.ask_reader import Reader
from kg.ask_words import words
from kg.compare import PART, Origins, conflicts, excludes
from kg.derive import Rule, Rules, rules
from kg.model import SURE, Article, Claim, DateValue, Entity, Modality, Quantity, Value, value_key
from kg.question import ANYTHING, CLAIMED, Bound, Filters, Kind, Known, Question, Step, Time, Understanding
from kg.store import Store
from kg.terms import Iri, Term, nt
from kg.wording import known_as
from ontology import Ontology, load
from ontology.usage import usage

__all__ = ["Answer", "Cited", "Found", "answer_json", "ask", "examples", "reader", "references"]

AMOUNTS = {"product": "quantity"}
"""What says something of what is wanted where no claim names it: 150 MW of power."""

CHAIN = slice(2, 5)
LINKS = slice(5, 7)
"""The columns of ``queries/answers.rq`` that hold a chain's claims and the claims that tie what is given to its name."""


_sources: catalog.Cache[Article] = WeakKeyDictionary()
_citations: catalog.Cache[Cited] = WeakKeyDictionary()
_rules: catalog.Cache[Rules] = WeakKeyDictionary()
_readers: WeakKeyDictionary[Store, tuple[tuple[int, str], Reader]] = WeakKeyDictionary()


def reader(store: Store, ontology: Ontology) -> Reader:
    """What understands questions about a store; made once per state of it."""
    now = (store.generation, ontology.version)
    state, found = _readers.get(store, (None, None))
    if found is None or state != now:
        ids = [_local(row[0]) for row in store.query("SELECT DISTINCT ?e { ?e kg:discoveredIn ?article }").rows()]
        publishers = [_local(row[0]) for row in store.query("SELECT DISTINCT ?name { ?article schema:publisher ?name }").rows()]
        found = Reader(ontology, Names(ontology, catalog.described(store, ids).values() if ids else (), publishers))
        _readers[store] = (now, found)
    return found


def ask(
    store: Store,
    question: str,
    ontology: Ontology | None = None,
    today: date | None = None,
    lang: Literal["en", "ja"] | None = None,
) -> Answer:
    """Answers a question; one that is not understood gets an answer that says so and what can be asked instead.

    ``ontology`` is the one that came with the program unless given; ``today``, from which last year is counted, the day of
    the clock (UTC). How it was understood is told in ``lang``, or else in the question's language. Of several readings the
    first that finds something leads, the others are in ``readings``. What a question says never raises anything; the store's
    own errors do.
    """
    ontology = ontology or load()
    read = reader(store, ontology)
    understanding = read.understand(question, today, lang)
    if not understanding.readings:
        instead = offered(store, ontology, read, understanding)
        return Answer(question, False, read.why(understanding), "", (), instead, understanding.language)
    answers = [_answered(store, ontology, understanding, reading) for reading in understanding.readings]
    wider = [one.wider for one, answer in zip(understanding.readings, answers, strict=True) if one.wider and not answer.answers]
    answers += [_answered(store, ontology, understanding, reading) for reading in wider]
    first = max(answers, key=lambda answer: (any(not one.derived for one in answer.answers), bool(answer.answers)))
    return replace(first, readings=tuple(answer for answer in answers if answer is not first))


def examples(store: Store, language: str, ontology: Ontology | None = None) -> tuple[str, ...]:
    """Questions to start with that the store answers; found once per state of it."""
    ontology = ontology or load()
    return ask_offers.examples(store, ontology, reader(store, ontology), language)


def _applicable(store: Store) -> Rules:
    """The rules whose claims somebody makes; to seek others takes long where thousands tell of one thing."""
    known = catalog.kept(_rules, store)
    if "" not in known:
        said = {_local(row[0]) for row in store.query("SELECT DISTINCT ?p { ?claim rdf:predicate ?p }").rows()}
        fitting = tuple(one for one in rules().rules if all(said & {*atom.properties} for atom in one.claims))
        known[""] = replace(rules(), rules=fitting)
    return known[""]


def _sparql(reading: Question, ontology: Ontology, derive: Rules, chosen: Sequence[str] | None = None) -> str:
    return builder(reading, ontology, derive).sparql(chosen)


def _answered(store: Store, ontology: Ontology, understanding: Understanding, reading: Question) -> Answer:
    """The answer to one reading."""
    whole, some = builder(reading, ontology, rules()), builder(reading, ontology, _applicable(store))
    sparql = whole.sparql()
    ways = [_way(row) for row in ordered(store, sparql if whole.rules() == some.rules() else some.sparql())]
    evidence = _Evidence(store, ways, understanding.language)
    step, filters = reading.step, reading.filters
    parted = tuple(evidence.parted(step)) if step.want == "conflict" else ()
    found = (
        () if parted or (step.want, step.property) == ("conflict", ANYTHING) else evidence.found(step, understanding.language)
    )
    answers = parted or _ranked(step, filters, found)
    answers = innermost(answers, ontology) if reading.form == "place" else answers
    if step.want == "conflict":  # what is shown of it gives the same, without what excludes nothing
        sparql = _sparql(reading, ontology, rules(), [one.claim.id for each in answers for one in each.claims])
    return Answer(
        question=understanding.text,
        understood=True,
        interpretation=reading.words,
        sparql=sparql,
        answers=answers,
        suggestions=(),
        language=understanding.language,
        form=reading.form,
        verdict=_verdict(reading, answers, parted, bool(ways)),
        steps=() if answers else tuple(_steps(store, ontology, reading, understanding.language)),
        count=sum(_number(one) for one in answers if not one.derived and not _denied(one)) if reading.form == "count" else None,
    )


def _steps(store: Store, ontology: Ontology, reading: Question, language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The steps that a question is made of, in words, and what claims tell of each."""
    for told, sparql in zip(reading.steps, builder(reading, ontology, rules()).steps(), strict=True):
        ids = [_local(row[0]) for row in store.query(sparql).rows()]
        yield told, tuple(known_as(entity, language) for entity in catalog.described(store, ids).values()) if ids else ()


def _way(row: Sequence[Term | None]) -> Way:
    ids = [_local(term) for term in row]
    return Way(row[0], str(ids[1]), tuple(filter(None, ids[CHAIN])), tuple(filter(None, ids[LINKS])))


def _local(term: Term | None) -> str:
    if term is None:
        return ""
    return ns.local(term) if isinstance(term, Iri) else getattr(term, "text", str(term))


def _ranked(step: Step, filters: Filters, found: Iterable[Found]) -> tuple[Found, ...]:
    return _compared(found, step.order == "max") if step.order else ranked(found, filters.newest, filters.ahead)


SHORT_OF_YES: dict[Modality, Verdict] = {Modality.PLANNED: "planned", Modality.POSSIBLE: "possible"}


class _Evidence:
    """The claims of a query's result, and the answers that they make."""

    def __init__(self, store: Store, ways: Sequence[Way], language: str) -> None:
        self._ways, self._more = shown(store, ways)
        ids = dict.fromkeys(id for way in self._ways for id in (*way.chain, *way.links))
        self._claims = {claim.id: claim for claim in catalog.chosen(store, list(ids))}
        articles = _articles(store, sorted({claim.article for claim in self._claims.values()}))
        known = catalog.kept(_citations, store)
        if len(known) > catalog.MANY:
            known.clear()
        for id, claim in self._claims.items():
            if f"{language} {id}" not in known:
                known[f"{language} {id}"] = cited(claim, articles, language)
        self._cited = {id: known[f"{language} {id}"] for id in self._claims}
        self._articles = articles
        self._origins = Origins(articles)
        ends = [end for claim in self._claims.values() for end in (claim.subject, claim.object) if end]
        self._entities: dict[str, Entity] = {end.id: end for end in ends}
        missing = {_local(way.answer) for way in self._ways if _is_entity(way.answer)} - self._entities.keys()
        self._entities |= catalog.described(store, missing) if missing else {}

    def found(self, step: Step, language: str) -> Iterator[Found]:
        """The answers: those that claims give directly, and those derived that no claim affirms directly."""
        direct: dict[str, list[Way]] = {}
        derived: dict[str, list[Way]] = {}
        for way in self._ways:
            if (way.chain or way.links) and {*way.chain, *way.links} <= self._claims.keys():
                (derived if way.rule else direct).setdefault(self._key(step, way), []).append(way)
        for key, ways in direct.items():
            yield self._direct(step, ways)
            if not all(self._claims[way.chain[0]].modality is Modality.DENIED for way in ways):
                derived.pop(key, None)
        for ways in derived.values():
            yield self._derived(step, ways, language)

    def parted(self, step: Step) -> Iterator[Found]:
        """The positions that exclude each other, property by property; where a figure is given those on what it is told of."""
        who = dict(step.given).get("said")
        for conflict in conflicts(self._claims.values(), self._articles):
            his = [isinstance(who, Known) and any(self._of(claim, who) for claim in side.claims) for side in conflict.positions]
            fits = not step.bound or any(_meets(position.value, step.bound) for position in conflict.positions)
            if fits and (not who or (any(his) and not all(his))):
                for side in conflict.positions:
                    told = sorted((self._cited[claim.id] for claim in side.claims), key=claim_rank)
                    yield Found(None, None, False, tuple(told), sources=side.sources)

    def _of(self, claim: Claim, who: Known) -> bool:
        """Whether it is somebody's claim, or of his publication."""
        said = {speaker.id for chain in (claim.attributed_to, *(e.attributed_to for e in claim.evidence)) for speaker in chain}
        return who.id in said or self._articles[claim.article].publisher == who.label

    def _key(self, step: Step, way: Way) -> str:
        """What makes two rows the same answer: the thing or, for a value, whose and how much it is."""
        if _is_entity(way.answer):
            return _local(way.answer)
        if step.want == "speaker":
            return _local(way.answer)
        if step.want in (*CLAIMED, "time"):
            said = self._claims[way.chain[0]]
            day = said.as_of or "" if step.want == "time" else ""
            return " ".join((said.subject.id, said.predicate, value_key(said.object, said.value), day))
        value = self._value(step, way)
        return self._claims[way.chain[0]].subject.id + (value if isinstance(value, str) else value_key(None, value))

    def _entity(self, step: Step, way: Way) -> Entity | None:
        """The thing that answers, or whose value does where the question only describes it."""
        if _is_entity(way.answer):
            return self._entities.get(_local(way.answer))
        if step.want in (*CLAIMED, "speaker"):
            return None
        if step.want == "time":
            claim, given = self._claims[way.chain[0]], dict(step.given)
            return None if claim.as_of is None or len(given) > 1 else claim.object if "subject" in given else claim.subject
        named = any(role == "subject" and isinstance(node, Known) for role, node in step.given)
        return None if named else self._claims[way.chain[0]].subject

    def _value(self, step: Step, way: Way) -> Value | str | None:
        claim, want = self._claims[way.chain[0]], step.also or (step.measure if step.want in SIDES else "") or step.want
        if want in CLAIMED:
            return None
        if want == "time":
            return DateValue(claim.as_of) if claim.as_of else None
        if want == "speaker":
            return None if _is_entity(way.answer) else _local(way.answer)
        if want in (*SIDES, "truth", "value"):
            return claim.value
        told = claim.qualifiers.get(want) or claim.qualifiers.get(AMOUNTS.get(want, ""))
        return usual(told) if isinstance(told, Entity) else told

    def _direct(self, step: Step, ways: Sequence[Way]) -> Found:
        claims = sorted({self._cited[way.chain[0]].claim.id for way in ways}, key=lambda id: claim_rank(self._cited[id]))
        links = sorted({id for way in ways for id in way.links} - set(claims), key=lambda id: claim_rank(self._cited[id]))
        entity = self._entity(step, ways[0])
        values = [(self._claims[id].modality, self._value(step, way)) for id in claims for way in ways if way.chain[0] == id]
        values = [one for one in values if one[1] is not None] if step.also else values
        surest = [value for modality, value in values if modality is values[0][0]] or [None]
        # What grows in stages is at last as large as it ever was said to be, in whichever order things are put.
        staged = step.property in usage().staged and (step.order or (step.bound and step.want == "subject"))
        pick = max if staged or step.order == "max" else min
        value = pick(surest, key=_size) if staged or step.order else surest[0]
        return Found(
            entity,
            value if not _is_entity(ways[0].answer) or step.order or step.bound or step.date or step.also else None,
            False,
            tuple(self._cited[id] for id in claims),
            tuple(self._cited[id] for id in links),
            sources=self._origins.of(self._claims[id] for id in claims),
            more=sum(self._more.get(id, 0) for id in claims),
        )

    def _derived(self, step: Step, ways: Sequence[Way], language: str) -> Found:
        """One thing that rules lead to, with every chain, short and sure ones first; the first chain says why."""
        ways = sorted(
            ways, key=lambda way: (len(way.chain), max((SURE[self._claims[id].modality] for id in way.chain), default=0))
        )
        chains = tuple(dict.fromkeys((*way.chain, *way.links) for way in ways))
        ordered = dict.fromkeys(
            id for place in range(max(map(len, chains))) for chain in chains for id in chain[place : place + 1]
        )
        entity = self._entities.get(_local(ways[0].answer))
        why = self._why(rules().rule(ways[0].rule), ways[0], step, entity, language)
        return Found(entity, None, True, tuple(self._cited[id] for id in ordered), (), why, chains)

    def _why(self, rule: Rule, way: Way, step: Step, entity: Entity | None, language: str) -> str:
        """The rule in words, with the names of what the claims and the question are about."""
        ends = {"subject": rule.then.subject, "object": rule.then.object}
        names = dict.fromkeys(ends.values(), "…")
        names |= {ends[role]: self._named(node, way, language) for role, node in step.given if role in ends}
        for atom, id in zip(rule.claims, way.chain, strict=True):
            claim = self._claims[id]
            names |= {atom.subject: known_as(claim.subject, language)}
            names |= {atom.object: known_as(claim.object, language)} if claim.object else {}
            names[f"{atom.subject}-{atom.object}"] = rules().verbs[language].get(claim.predicate, claim.predicate)
        if step.want in ends and entity:
            names[ends[step.want]] = known_as(entity, language)
        return rule.says[language].format_map(names)

    def _named(self, node: Known | Kind | Step, way: Way, language: str) -> str:
        """The name of what is given: as the question has it or, where it is described there, as the linking claim has it."""
        if not isinstance(node, Step):
            return node.label
        link = self._claims.get(way.links[0]) if way.links else None
        found = link and (link.subject if node.want == "subject" else link.object)
        return known_as(found, language) if found else "…"


def _is_entity(term: Term | None) -> bool:
    return isinstance(term, Iri) and term.startswith(ns.ENTITY)


def _articles(store: Store, ids: Sequence[str]) -> dict[str, Article]:
    """The articles, without their texts."""
    known = catalog.kept(_sources, store)
    if missing := [id for id in ids if id not in known]:
        sparql = declared(fill("citations", articles=" ".join(nt(ns.article_iri(id)) for id in missing)))
        told = ([_plain(term) for term in row] for row in store.query(sparql).rows())
        known |= {_plain_id(row[0]): Article(_plain_id(row[0]), "", *row[1:]) for row in told}
    return {id: known[id] for id in ids if id in known}


def _plain(term: Term | None) -> str:
    return str(term) if isinstance(term, Iri) else getattr(term, "text", "")


def _plain_id(iri: str) -> str:
    return iri.removeprefix(ns.ARTICLE)


def _size(value: Value | str | None) -> float:
    if isinstance(value, DateValue):
        return float(value.date.replace("-", "").ljust(8, "0"))
    if not isinstance(value, Quantity):
        return 0.0
    return value.number if value.number is not None else value.maximum or 0.0


def _compared(found: Iterable[Found], greatest: bool) -> tuple[Found, ...]:
    """The answers by size; values of different units are not compared, the unit that most have comes first."""
    answers = ranked(found)
    units = [one.value.unit for one in answers if isinstance(one.value, Quantity)]
    return tuple(
        sorted(
            answers,
            key=lambda one: (
                -units.count(one.value.unit) if isinstance(one.value, Quantity) else 0,
                one.value.unit if isinstance(one.value, Quantity) else "",
                -_size(one.value) if greatest else _size(one.value),
            ),
        )
    )


def _number(found: Found) -> int:
    """How many things an answer is: as many as its words say (32か所のデータセンター)."""
    quotes = [
        (one.claim.leading.quote, label.text) for one in found.claims for label in (found.entity.labels if found.entity else ())
    ]
    told = (re.search(words().told + re.escape(label), quote) for quote, label in quotes)
    return max((int(number[1].replace(",", "")) for number in told if number), default=1)


def _denied(found: Found) -> bool:
    return all(one.claim.modality is Modality.DENIED for one in found.claims)


def _meets(value: Value | None, bound: Bound) -> bool:
    """Whether a value is the one that a question names."""
    number = Quantity(bound.unit, bound.number)
    return isinstance(value, Quantity) and value.unit == bound.unit and not excludes(value, number)


def _verdict(reading: Question, answers: Sequence[Found], parted: Sequence[Found], told: bool) -> Verdict:
    """Whether it is so, or whether what is told of it agrees."""
    if reading.step.want == "conflict":
        return "disagree" if parted else "agree" if told else "unknown"
    if reading.step.want == "value" and (day := reading.step.date):
        fitting = [one for one in answers if isinstance(one.value, DateValue) and _falls(one.value.date, day)]
        return _whether(fitting, reading) if fitting or not answers else "otherwise"
    return _whether(answers, reading) if reading.form == "truth" else ""


def _falls(date: str, day: Time) -> bool:
    """Whether a date lies as the question has it, as far as both are precise."""
    told, asked = date[: len(day.date)], day.date
    return (
        len(date) >= len(asked)
        and {"in": told == asked, "by": told <= asked, "since": told >= asked, "until": told < asked}[day.relation]
    )


def _whether(answers: Sequence[Found], reading: Question) -> Verdict:
    """Whether it is so: what claims affirm or deny directly comes before what follows from others.

    A plan or a possibility is no yes, and what leaves out a word of the question has none; who asks whether something is
    denied is told that it is. What is denied of one product is not denied of all.
    """
    every = [claim.claim for one in answers if not one.derived for claim in one.claims]
    whole = "product" not in dict(reading.step.given)
    partly = [one for one in every if one.modality is Modality.DENIED and whole and PART in one.qualifiers]
    direct = [one.modality for one in every if one not in partly]
    affirmed = [modality for modality in direct if modality is not Modality.DENIED]
    if affirmed:
        surest = min(affirmed, key=SURE.__getitem__)
        return "disputed" if len(affirmed) < len(direct) else SHORT_OF_YES.get(surest, "" if reading.filters.unused else "yes")
    if direct or (partly and reading.filters.modality is Modality.DENIED):
        return "yes" if reading.filters.modality is Modality.DENIED else "no"
    return "indirectly" if any(one.derived for one in answers) else "partly" if partly else "unknown"
