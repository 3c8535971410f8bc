"""A reading as SPARQL: named fragments of ``ontology/queries``, with nothing put in but IRIs, checked dates and numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from kg import namespaces as ns
from kg.derive import Atom, Rule, Rules
from kg.model import DATE, IDENTIFIER, Modality
from kg.question import ANYTHING, CLAIMED, Bound, Filters, Kind, Known, Question, Step, Time
from kg.terms import nt, plain_number, text
from ontology import data
from ontology.usage import usage

SIGNS = {name: re.compile(rf"(?<![\w:/]){name}:") for name in sorted(ns.PREFIXES)}
"""The prefixes, and what tells that a query uses one."""

HOLE = re.compile(r"\$(\w+)")
SIDES = ("subject", "object")
VERDICT = frozenset({Modality.ASSERTED, Modality.PLANNED, Modality.ESTIMATED})
"""How sure somebody may be whether something is so without asking for such claims only: the verdict says how sure they are."""

COMPARE = {"in": "=", "by": "<=", "since": ">=", "until": "<"}
LIMITS = {"above": (">", ">="), "least": (">=", ""), "below": ("<", "<="), "most": ("<=", ""), "is": ("=", "")}
LIMITS["between"] = LIMITS["least"]


@cache
def fragment(name: str) -> str:
    """The text of a named query without its comments."""
    lines = data(f"queries/{name}.rq").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if line and not line.startswith("#"))


def fill(name: str, **holes: str) -> str:
    """A named query with its holes filled. Raises :class:`KeyError` for a hole that nothing fills."""
    return "".join([holes[part] if n % 2 else part for n, part in enumerate(_cut(name))])


@cache
def _cut(name: str) -> tuple[str, ...]:
    """The text of a named query, every other part the name of a hole."""
    return tuple(HOLE.split(fragment(name)))


def declared(body: str) -> str:
    """The query with the prefixes that it uses declared, so that any SPARQL processor takes it."""
    used = (name for name, sign in SIGNS.items() if f"{name}:" in body and sign.search(body))
    return "".join(f"PREFIX {name}: <{ns.PREFIXES[name]}>\n" for name in used) + body


class Builder:
    """Makes the query of one reading; variables are numbered as they come."""

    def __init__(self, question: Question, rules: Rules, symmetric: frozenset[str]) -> None:
        self._step = question.step
        self._filters = question.filters
        self._rules = rules
        self._symmetric = symmetric
        self._links = 0

    def sparql(self, chosen: Sequence[str] | None = None) -> str:
        """The whole query, of claims for the ``chosen`` ones alone. Raises :class:`KeyError` for an entity whose id is none."""
        if self._step.want in CLAIMED:
            only = () if chosen is None else (f"VALUES ?claim {{ {' '.join(nt(ns.claim_iri(id)) for id in chosen)} }}",)
            return declared(fill("answers", patterns="\n".join((*only, *self._anything()))))
        given = {
            role: self._node(role, node) for role, node in self._step.given if not isinstance(node, Kind) and role in SIDES
        }
        before = [pattern for _, patterns in given.values() for pattern in patterns]
        ends = {role: term for role, (term, _) in given.items()}
        ways = [self._direct(ends), *(self._derived(rule, ends) for rule in self.rules())]
        body = "\n".join(before) + "\n" + "\nUNION\n".join("{ " + "\n  ".join(filter(None, way)) + " }" for way in ways)
        after = [*self._placed(), *self._kinds("?answer", self._step), *self._some()]
        patterns = "\n".join(filter(None, (body.strip(), *after)))
        if self._step.order and self._step.want != "value":
            end, direction = ("schema:maxValue", "DESC") if self._step.order == "max" else ("schema:minValue", "ASC")
            among = " ".join(_entity(known.id) for known in self._step.among)
            patterns = f"VALUES ?answer {{ {among} }}\n{patterns}" if among else patterns
            whole = self._whole("?answer")
            limit = "400" if among else "40"
            return declared(fill("ranking", patterns=patterns, end=end, direction=direction, whole=whole, limit=limit))
        return declared(fill("answers", patterns=patterns))

    def steps(self) -> Iterator[str]:
        """What claims tell of each step that the question's is made of: one query for each, in their order."""
        for role, node in self._step.given:
            if isinstance(node, Step) and role in SIDES:
                term, patterns = self._node(role, node)
                yield declared(fill("step", patterns="\n".join(patterns), thing=term))

    def _anything(self) -> Iterator[str]:
        """Claims that say anything of a thing, of two things together or anything at all, or all of one property."""
        ends = {role: _entity(node.id) for role, node in self._step.given if isinstance(node, Known)}
        about, other, said = (ends.pop(role, "") for role in ("about", "with", "said"))
        if said:  # all that is told of what somebody says something of
            yield fill("claim", claim="?own", property="?property", subject="?subject", object="?said")
            yield fill("speaker", claim="?own", speaker=said)
        property_ = "?property" if self._step.property == ANYTHING else f"kg:{self._step.property}"
        for subject, object_ in (
            [(about, other or "?object"), (other or "?subject", about)]
            if about
            else [(ends.get("subject", "?subject"), ends.get("object", "?object"))]
        ):
            line = fill("claim", claim="?claim", property=property_, subject=subject, object=object_)
            yield ("UNION " * (object_ == about)) + f"{{ {line} }}"
        yield "BIND(?claim AS ?answer)"
        yield from self._filtered("?claim")

    def _some(self) -> Iterator[str]:
        """What the ends must be of which the question tells only the kind (who makes chips, who builds data centers)."""
        for role, node in self._step.given:
            if isinstance(node, Kind) and role in SIDES:
                end = "?other" if self._step.want in SIDES else f"?{role}"
                yield _typed(end, node.types) if node.types else _kind(end, node)

    def _placed(self) -> Iterator[str]:
        """Where what answers must be, with the claim that says so."""
        if self._filters.place:
            self._links += 1
            link = f"?link{self._links if self._links > 1 else ''}"
            yield fill("place", thing=self._spot(), link=link, place=_entity(self._filters.place.id))

    def _spot(self) -> str:
        """What must be in the place: what answers or, where whoever builds there is asked for, what is built."""
        other = dict(self._step.given).get("object")
        open_ = other is None or (isinstance(other, Kind) and "Facility" in other.types)
        return "?other" if open_ and self._step.want == "subject" and self._step.property in usage().sited else "?answer"

    def rules(self) -> tuple[Rule, ...]:
        """The rules that apply: none where the question asks for something that only a claim itself can have."""
        step = self._step
        special = step.order or step.bound or step.date or step.posts or step.want not in (*SIDES, "truth")
        given = [role for role, node in step.given if not isinstance(node, Kind)]
        if special or not set(given) & set(SIDES) or "product" in given:
            return ()
        known = self._rules.background.get(step.property)
        indirect = known is not None and any(isinstance(node, Step) for _, node in step.given)
        return (*self._rules.deriving(step.property), *([known] if known and indirect else []))

    # --- what claims say

    def _direct(self, ends: Mapping[str, str]) -> Iterator[str]:
        step = self._step
        subject, object_ = (
            ends.get(side, "?answer" if step.want != other else "?other") for side, other in (SIDES, SIDES[::-1])
        )
        if step.want == "truth":
            yield f"BIND({subject} AS ?answer)"
        if step.want not in SIDES:
            valued = step.want == "value" or (step.bound and not step.measure)
            subject, object_ = ends.get("subject", "?subject"), ends.get("object", "?value" if valued else "?object")
        elif step.order or (step.bound and not step.measure) or step.date:
            subject, object_ = "?answer", "?value"
        yield self._claim("?claim", (step.property, *step.others), subject, object_)
        if step.want == "value":
            yield "BIND(?value AS ?answer)"
        elif step.want in ("speaker", "time"):
            yield fill("teller" if step.want == "speaker" else "event", claim="?claim")
        elif step.want not in (*SIDES, "truth", "value"):
            yield fill("supplied" if step.want == "product" else "qualifier", claim="?claim", role=f"q:{step.want}")
        yield from self._special(step)
        yield from self._filtered("?claim")
        if step.want == "value" and not self._filters.inner and self._filters.time and self._filters.time.relation == "by":
            date = _day(self._filters.time)["date"]
            yield fill("standing", claim="?claim", subject=subject, property=f"kg:{step.property}", date=date)

    def _claim(self, claim: str, names: Sequence[str], subject: str, object_: str) -> str:
        """One claim of any of the properties, either way round where a property is symmetric."""
        one = f"kg:{names[0]}" if len(names) == 1 else f"{claim}_how"
        line = fill("claim", claim=claim, property=one, subject=subject, object=object_)
        if len(names) > 1:
            line += f" VALUES {one} {{ {' '.join(f'kg:{name}' for name in names)} }}"
        if not self._symmetric & set(names):
            return line
        return f"{{ {line} }} UNION {{ {fill('claim', claim=claim, property=one, subject=object_, object=subject)} }}"

    def _special(self, step: Step) -> Iterator[str]:
        """What the claim itself must say beside its ends: product, post, bound, date."""
        for role, node in step.given:
            if role == "product" and step.want == "value" and isinstance(node, Known):
                yield fill("counted", claim="?claim", product=_entity(node.id))
            elif role == "product":
                yield _goods("?claim", node)
        if step.posts:
            yield _post("?claim", step.posts)
        if step.measure:
            yield fill("measured", claim="?claim", role=f"q:{step.measure}")
        if step.bound:
            yield _bound(step.bound) + (f" FILTER(?number <= {plain_number(step.bound.most)})" if step.bound.most else "")
            compared = step.want == "subject" and not step.measure
            yield self._whole("?answer") if compared and step.bound.limit not in ("above", "least") else ""
        if step.date and step.want != "value":
            yield fill("date", value="?value", **_day(step.date))

    def _whole(self, subject: str) -> str:
        """That things are compared by wholes; who has most of something has no less of it for a part that is told beside."""
        name, least = self._step.property, self._step.order == "min" or self._step.bound
        stage = fill("stage", claim="?claim", subject=subject, property=f"kg:{name}", number="?number")
        return fill("whole", claim="?claim") + ("\n" + stage if least and name in usage().staged else "")

    def _filtered(self, claim: str) -> Iterator[str]:
        """The question's filters, on one claim."""
        if not self._filters.inner:
            yield from self._told(claim)

    def _told(self, claim: str) -> Iterator[str]:
        """How sure somebody is, who it is, and when it is so."""
        filters: Filters = self._filters
        told = self._step.want == "truth" and filters.modality in VERDICT and not filters.inner
        modality = nt(text(filters.modality.value)) if filters.modality and not told else ""
        speaker = _entity(filters.speaker.id) if filters.speaker and filters.speaker.id else ""
        if modality and speaker:
            yield fill("spoken", claim=claim, modality=modality, speaker=speaker)
        elif modality:
            yield fill("modality", claim=claim, modality=modality)
        elif speaker:
            yield fill("speaker", claim=claim, speaker=speaker)
        if filters.speaker and not speaker:
            yield fill("publisher", claim=claim, publisher=nt(text(filters.speaker.label)))
        if filters.time:
            yield fill("time", claim=claim, **_day(filters.time))

    # --- what follows from claims

    def _derived(self, rule: Rule, ends: Mapping[str, str]) -> Iterator[str]:
        subject, object_ = ends.get("subject", "?answer"), ends.get("object", "?answer")
        terms = {rule.then.subject: subject, rule.then.object: object_}
        yield f'BIND("{rule.id}" AS ?rule)'
        if self._step.want == "truth":
            yield f"BIND({subject} AS ?answer)"
        number = 0
        for atom in rule.when:
            start, end = (terms.setdefault(name, f"?{name}_") for name in (atom.subject, atom.object))
            if atom.background:
                yield _background(atom, start, end)
                continue
            number += 1
            claim = f"?claim{number if number > 1 else ''}"
            # In braces, so that engines take it as one: where thousands of articles say so, its lines apart multiply.
            told = self._claim(claim, atom.properties, start, end), fill("undenied", claim=claim), *self._filtered(claim)
            yield "{ " + "\n  ".join(told) + " }"
        yield f"FILTER({subject} != {object_})"
        yield from (part for role, node in self._step.given if role == "product" for part in self._made_of(rule, terms, node))

    def _made_of(self, rule: Rule, terms: Mapping[str, str], node: Known | Kind | Step) -> Iterator[str]:
        """Where a kind of product is asked for, what the chain's first claim is about must be of it."""
        used = next((atom for atom in rule.when if usage().equipment in atom.properties), None)
        if isinstance(node, Kind):
            yield _kind(terms[used.object], node) if used else _goods("?claim", node)

    # --- what is given

    def _node(self, role: str, node: Known | Step) -> tuple[str, list[str]]:
        """The term of what is given and the patterns that bind it."""
        if isinstance(node, Known):
            return _entity(node.id), []
        self._links += 1
        link = f"?link{self._links if self._links > 1 else ''}"
        if node.property == ANYTHING:
            one, owner = (_entity(known.id) for _, known in node.given if isinstance(known, Known))
            if any(known.type == "Place" for _, known in node.given if isinstance(known, Known)):
                return one, [fill("place", thing=one, link=link, place=owner)]
            either = (
                fill("claim", claim=link, property=f"{link}_how", subject=a, object=b) for a, b in ((one, owner), (owner, one))
            )
            return one, ["{ " + " } UNION { ".join(either) + " }", fill("undenied", claim=link)]
        term = f"?given{self._links}"
        inner = {side: self._node(side, part) for side, part in node.given if side in SIDES and isinstance(part, Known | Step)}
        ends = {side: inner[side][0] if side in inner else term for side in SIDES}
        # Whatever lies in a place lies in those around it; the claim is of the nearer one.
        around = node.property == usage().place and "object" in inner
        line = self._claim(
            link, (node.property, *node.others), ends["subject"], f"?spot{self._links}" if around else ends["object"]
        )
        line += f" ?spot{self._links} (kg:within|kg:locatedIn)* {ends['object']} ." if around else ""
        told = "\n  ".join(
            [
                line,
                fill("undenied", claim=link) if not (self._filters.inner and self._filters.modality is Modality.DENIED) else "",
                *(self._told(link) if self._filters.inner else ()),
                _post(link, node.posts) if node.posts else "",
                *(_goods(link, part) for role, part in node.given if role == "product"),
            ]
        )
        known = self._rules.background.get(node.property)
        if known and not self._filters.inner:  # nobody says it
            names = {known.then.subject: ends["subject"], known.then.object: ends["object"]}
            (atom,) = known.when
            told = f"{{ {told} }} UNION {{ {_background(atom, names[atom.subject], names[atom.object])} }}"
        before = [pattern for _, patterns in inner.values() for pattern in patterns]
        return term, [*before, told, *self._kinds(term, node)]

    def _kinds(self, term: str, step: Step) -> Iterator[str]:
        """The types, and the kind of product, that a thing must have."""
        if step.types and step.want in (*SIDES, "product"):
            yield _typed(term, step.types)
        if step.kind:
            yield _kind(term, step.kind)


def _typed(thing: str, types: Collection[str]) -> str:
    return f"FILTER({' || '.join(fill('type', thing=thing, type=f'kg:{type_}') for type_ in sorted(types))})"


def _background(atom: Atom, start: str, end: str) -> str:
    return f"{start} kg:{atom.properties[0]}{'+' if atom.many else ''} {end} ."


def _entity(id: str) -> str:
    if not IDENTIFIER.fullmatch(id):
        raise KeyError(f"no entity {id!r}")
    return nt(ns.entity_iri(id)) if id.endswith(".") else f"ent:{id}"


def _day(time: Time) -> dict[str, str]:
    if not DATE.fullmatch(time.date):
        raise KeyError(f"no date {time.date!r}")
    return {"date": nt(text(time.date)), "compare": COMPARE[time.relation]}


def _bound(bound: Bound) -> str:
    compare, open_ = LIMITS[bound.limit]
    end = "schema:minValue" if bound.limit in ("above", "least", "between") else "schema:maxValue"
    number = plain_number(bound.number)
    return fill(
        "bound", value="?value", unit=nt(text(bound.unit)), end=end, compare=compare, number=number, open=nt(text(open_))
    )


def _goods(claim: str, node: Known | Kind | Step) -> str:
    """What the claim says is supplied: a product of a kind, or this one."""
    if isinstance(node, Kind):
        return fill("goods", claim=claim, test=_contains("?said", node.texts)) if node.texts else ""
    return fill("product", claim=claim, product=_entity(node.id)) if isinstance(node, Known) else "FILTER(false)"


def _post(claim: str, posts: Sequence[str]) -> str:
    """That the claim names one of the posts, or none where that will do."""
    test = _contains("?post", [post for post in posts if post], spaces=True)
    return fill("post" if "" in posts else "held", claim=claim, test=test)


def _kind(thing: str, kind: Kind) -> str:
    if kind.place:
        return fill(kind.place, thing=thing)
    return fill("kind", thing=thing, test=_contains("?name", kind.texts)) if kind.texts else ""


def _contains(variable: str, spellings: Sequence[str], spaces: bool = False) -> str:
    """Whether a text has one of the spellings, which have no spaces; ``spaces`` apart where it may have some."""
    spellings = [one for one in spellings if not any(other != one and other in one for other in spellings)]
    if not spellings:
        return "true"
    said = f"LCASE(STR({variable}))"
    said = f'REPLACE({said}, " ", "")' if spaces else said  # a regular expression, and so ten times slower
    return " || ".join(f"CONTAINS({said}, {nt(text(spelling.replace(' ', '')))})" for spelling in spellings)
