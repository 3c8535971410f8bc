"""What each rule of the question grammar means: the actions named in ``ontology/questions.yaml``."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg.ask_chart import Rule
from kg.ask_language import MANY, OWNING, Frame, Noun, Template, Words
from kg.question import ANYTHING, Kind, Known, Step
from ontology import Ontology
from ontology.usage import usage

MISFIT, UNUSUAL = 10, 3
"""What a reading costs in which a thing is of a type that the vocabulary does not have in that place, or rarely has there."""

HALF = 2
"""What it costs to leave an end of a relation open."""

OTHER = {"subject": "object", "object": "subject"}
AGENTS = ("によって", "から", "に")
TOWARDS = {"to": "object", "に": "object", "from": "subject", "から": "subject", "by": "subject", "によって": "subject"}
"""The end of a relation that stands beside a noun with such a particle (investment by X, Xからの投資額)."""

OPEN_TOPICS = frozenset({"は"})
AGENT, THING = frozenset({"Organization", "Person"}), frozenset({"Facility", "Project", "Model", "Product"})
NONE, GOODS = frozenset[str](), frozenset({"Product", "Model"})
NUMBERS = frozenset({"amount", "quantity"})
AT, WHERE = frozenset({"で"}), frozenset({"Facility", "Place"})


@dataclass(frozen=True, slots=True)
class Gap:
    """What is asked for; ``named`` where the question names the types (which company, not who)."""

    types: frozenset[str] = frozenset()
    kind: Kind | None = None
    named: bool = False
    count: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A property with the roles that a clause fills, and the roles that it leaves open."""

    property: str
    roles: tuple[tuple[str, Filler], ...]
    open: tuple[str, ...]
    cost: int = 0


Filler = Known | Kind | Step | Gap
Places = tuple[tuple[str, Filler], ...]
Bindings = Mapping[str, Any]


class Grammar:
    """The actions over one vocabulary; calling it with a rule and its parts gives the meanings of the whole."""

    def __init__(self, ontology: Ontology, words: Words) -> None:
        self.properties = ontology.properties
        self._entities = ontology.entities
        self._words = words
        self._allowed = {
            (name, role): types
            for name, known in ontology.properties.items()
            for role, types in (("subject", known.domain), ("object", known.range), ("product", GOODS))
        }
        self._actions: dict[str, Callable[[Rule, Bindings], Iterable[Hashable]]] = {
            "same": lambda rule, b: [b["one"]],
            "wanted": lambda rule, b: [b["one"]] if isinstance(b["one"], Step) else [],
            "kind": lambda rule, b: [b["kind"]],
            "arg": self._arg,
            "args": lambda rule, b: [(*b["one"], *b["more"])],
            "obj": lambda rule, b: [(("obj", b["to"]), *b.get("more", ()))],
            "gap": self._gap,
            "clause": self._clause,
            "amount": self._clause,
            "passive": self._clause,
            "whole": lambda rule, b: self._asked(b["one"]),
            "head": self._head,
            "of": self._of,
            "having": lambda rule, b: self._of(rule, b) if b["noun"].role in OTHER else [],
            "owner": self._owner,
            "owned": lambda rule, b: self.owned(b["one"], b["owner"], len(rule.parts) > 2),
            "made": self._made,
            "sited": self._sited,
            "goods": lambda rule, b: [Kind("", ())] if b["types"] == {"Product"} else [],
            "some": lambda rule, b: [Kind("", (), types=b["types"])],
            "named": lambda rule, b: self._named(b["one"], next(self._gap(rule, b))),
            "apposed": lambda rule, b: (
                replace(step, cost=step.cost + 1) for step in self._named(b["one"], next(self._gap(rule, b)))
            ),
            "be": lambda rule, b: self.be(b["one"], self._asking(rule, b)),
            "member": self._member,
            "maker": self._maker,
            "dated": lambda rule, b: [b["one"]] if self.properties[b["one"].property].kind == "date" else [],
            "either": lambda rule, b: [b["one"], b["other"]],
            "template": self._template,
        }

    @property
    def actions(self) -> frozenset[str]:
        """The names of the actions."""
        return frozenset(self._actions)

    def __call__(self, rule: Rule, bound: Bindings) -> Iterable[Hashable]:
        return self._actions[rule.action](rule, bound)

    def _fitting(self, name: str, role: str) -> frozenset[str]:
        """The types that the vocabulary allows in a role; empty where any will do."""
        return self._allowed.get((name, role), NONE)

    def _usual(self, name: str, role: str) -> frozenset[str]:
        """The types that mostly stand in a role."""
        return self._words.usual.get((name, role), self._fitting(name, role))

    def misfit(self, name: str, role: str, filler: Filler) -> int | None:
        """What the filler costs in that role; None where it cannot stand there."""
        fitting, usual = self._fitting(name, role), self._usual(name, role)
        if isinstance(filler, Gap):
            sought = filler.types or fitting
            impossible = (fitting and not sought & fitting) or (
                not fitting and (filler.types or filler.kind) and role != "quantity"
            )
            return None if impossible else UNUSUAL * (filler.named and bool(fitting) and not sought & usual)
        if role in NUMBERS and not isinstance(filler, Kind):  # no thing is a number
            return None
        if isinstance(filler, Kind) and filler.types:
            return HALF if role in OTHER and filler.types & fitting else None
        if isinstance(filler, Kind):
            return 0 if "Product" in fitting and (role == "product" or name in usage().goods) else None
        if isinstance(filler, Step):
            if role == "product":  # goods are told by name or kind; what something uses is no goods by that
                return None
            made = filler.types or self._usual(filler.property, filler.want)
            again = filler.property == name  # the place of the seat of X is the place of X
            cost = UNUSUAL * again + filler.cost + bool(made - fitting) + self._bare(filler)
            if fitting and made and not made & fitting:
                return None
            narrow = filler.loose or filler.order or filler.bound or filler.date or (usual and not made & usual)
            return None if narrow or filler.want not in (*OTHER, "product") or filler.cost >= MISFIT else cost
        if not filler.id or not fitting or filler.type in usual:
            return 0
        return UNUSUAL if filler.type in fitting else MISFIT

    @staticmethod
    def _bare(filler: Step) -> bool:
        """Whether it is what some company uses: within a step the goods of a company are mostly those that it makes."""
        owner = dict(filler.given).get("subject")
        uses = filler.property == usage().equipment and filler.want == "object" and filler.kind is not None
        return uses and isinstance(owner, Known) and owner.type == "Organization"

    def relation(self, clause: Clause) -> Clause | None:
        """The clause with what its fillers cost; None where one of them cannot stand there."""
        costs = [self.misfit(clause.property, role, filler) for role, filler in clause.roles]
        if None in costs:
            return None
        cost = sum(cost or 0 for cost in costs)
        return Clause(clause.property, clause.roles, clause.open, clause.cost + cost) if cost else clause

    def _asked(self, clause: Clause) -> Iterator[Step]:
        """The step that a clause asks for: what its one gap stands for, or whether it is so."""
        gaps = [(role, filler) for role, filler in clause.roles if isinstance(filler, Gap)]
        given = tuple(sorted(((r, f) for r, f in clause.roles if not isinstance(f, Gap)), key=lambda pair: pair[0]))
        if len(gaps) == 2:  # who invested how much: the one thing, and the other beside it
            gaps.sort(key=lambda pair: (pair[0] not in OTHER, pair[0] == "product"))
        also = gaps[1][0] if len(gaps) == 2 and gaps[0][0] in OTHER and gaps[1][0] not in OTHER else ""
        if given and (also or len(gaps) == 1):
            half = HALF * bool(OTHER.keys() - {gaps[0][0]} - dict(given).keys())
            yield replace(self.step(clause.property, *gaps[0], given, clause.cost + half), also=also)
        named = {role for role, _ in given}
        if not gaps and named in ({"subject", "product"}, {"subject", "object"}, {"subject", "object", "product"}):
            yield Step(clause.property, "truth", given, cost=clause.cost + HALF * ("object" not in named))

    @staticmethod
    def step(name: str, role: str, gap: Gap, given: tuple[tuple[str, Known | Kind | Step], ...], cost: int) -> Step:
        return Step(name, role, given, gap.types if gap.named else frozenset(), gap.kind, count=gap.count, cost=cost)

    def _gap(self, rule: Rule, b: Bindings) -> Iterator[Gap]:
        if "kind" in b:
            yield Gap(frozenset({"Product"}), b["kind"], named=True)
        else:
            yield Gap(b.get("types", b.get("ask")), named="types" in b)

    def _asking(self, rule: Rule, b: Bindings) -> Gap:
        """What is asked for, by a question word or by a noun of types; one that stands for many (の, もの) names none."""
        gap: Gap = b.get("ask") or b.get("gap") or next(self._gap(rule, b))
        return gap if len(gap.types) < MANY else Gap()

    def _arg(self, rule: Rule, b: Bindings) -> Iterator[Places]:
        """What stands with a particle or preposition; where something is done is a facility or a place, and nobody."""
        mark, to = b["mark"], b["to"]
        if mark in AT and isinstance(to, Gap) and not to.named and to.types & WHERE:
            to = Gap(to.types & WHERE, named=True)
        yield ((mark, to), *b.get("more", ()))

    def _clause(self, rule: Rule, b: Bindings) -> Iterator[Hashable]:
        """A verb with its places, active or passive, as the rule's symbol needs it: a clause, a noun phrase or a question."""
        frame: Frame = b["verb"]
        placed: Places = (*((mark, b[mark]) for mark in ("subj",) if mark in b), *b.get("args", ()))
        if "gap" in b:
            placed = (*placed, (b.get("prep", "obj"), b["gap"]))
        if "kind" in b:
            placed = (*placed, ("を", b["kind"]))
        if "where" in b:
            placed = (*placed, *((prep, Gap()) for prep in [p for p in ("at", "in", "on") if p in dict(frame.places)][:1]))
        much = [
            (role, Gap())
            for role in ("amount", "quantity")
            if rule.action == "amount" and role in self._words.says[frame.property]["en"]
        ]
        if rule.action == "amount" and not much:
            return
        for places, hidden in voices(frame) if rule.action == "passive" else ((dict(frame.places), frozenset()),):
            for extra, roles in enumerate(_assign(placed, places)):
                free = tuple(dict.fromkeys(r for m, r in places.items() if r not in dict(roles) and r not in hidden))
                clause = self.relation(Clause(frame.property, (*roles, *much), free, frame.cost + extra))
                if clause:
                    yield from [clause] if rule.symbol == "Clause" else self._asked(clause)

    def _head(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """A noun with a relative clause: it stands in one of the roles that the clause leaves open."""
        clause: Clause = b["one"]
        if any(isinstance(filler, Gap) for _, filler in clause.roles):
            return
        (gap,) = self._gap(rule, b)
        loose = len(gap.types) >= MANY  # a noun like もの that may stand for anything
        gap = Gap(gap.types) if loose else gap
        for n, role in enumerate(role for role in clause.open if role != "amount"):
            filled = self.relation(
                Clause(clause.property, (*clause.roles, (role, gap)), (), clause.cost + (n and not gap.named))
            )
            if filled:
                yield from (replace(step, loose=loose) for step in self._asked(filled))

    def _of(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """A relational noun and what it belongs to: operator of X, supplier of chips to X, investment of X in Y."""
        noun: Noun = b["noun"]
        placed: Places = (*b.get("args", ()), *((b.get("mark", "の"), b[name]) for name in ("given", "kind") if name in b))
        for roles in self._placed(noun, placed):
            clause = self.relation(Clause(noun.property, roles, (), noun.cost))
            if clause:
                # operator supplier, of one or of the other?
                bare = HALF * (isinstance(b.get("given"), Step) and len(rule.parts) == 2)
                whole = HALF * (not dict(roles).keys() & OTHER.keys())
                step = Step(noun.property, noun.role, tuple(sorted(roles, key=lambda pair: pair[0])), posts=noun.posts)
                yield replace(self.widened(step), cost=clause.cost + bare + whole)

    def widened(self, step: Step) -> Step:
        """What a noun names with all the properties that it may speak of (somebody's data centers, whoever runs them)."""
        others = self._words.alike.get(step.property, ()) if step.want == "object" and not step.posts else ()
        usual = self._usual(step.property, step.want).intersection(*(self._fitting(name, step.want) for name in others))
        return replace(step, others=others, types=step.types or usual) if others else step

    def _placed(self, noun: Noun, placed: Places) -> Iterator[tuple[tuple[str, Known | Kind | Step], ...]]:
        """The roles beside a noun: goods are what is supplied, a direction tells the end, a mere link the other end."""
        roles: dict[str, Known | Kind | Step] = {}
        for told, filler in placed:
            mark = told.split()[-1] if told else told  # reported for
            goods = isinstance(filler, Kind) or (isinstance(filler, Known) and filler.type == "Product")
            relation = self.properties[noun.property].kind == "relation"
            if relation and noun.role == "object" and mark in noun.links - OWNING:
                return  # investments in X are not what X invests in
            if isinstance(filler, Kind) and filler.types:
                return  # the suppliers of companies are just suppliers
            linked = "object" if noun.role not in OTHER and mark in noun.links - OWNING else None
            side = TOWARDS.get(mark, linked) if relation else None
            if goods and noun.property in self._words.goods and mark in OWNING:
                role = "product"
            elif side and side != noun.role:
                role = side
            elif mark in noun.links:
                role = noun.owner or OTHER.get(noun.role, "subject")
            else:
                return
            if role in roles or isinstance(filler, Gap):
                return
            roles[role] = filler
        yield tuple(roles.items())

    def _owner(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """What somebody is the head (or a supplier, or the founder) of."""
        noun: Noun = b["noun"]
        if noun.role in OTHER:
            gap = b["gap"] if "gap" in b else next(iter(self._gap(rule, b))) if "types" in b else Gap()
            given = (noun.role, b["who"])
            clause = self.relation(Clause(noun.property, (given, (OTHER[noun.role], gap)), (), noun.cost))
            yield from (replace(step, posts=noun.posts) for step in (self._asked(clause) if clause else ()))

    def owned(self, one: Known, owner: Known, told: bool = True) -> Iterator[Known | Step]:
        """A thing with who makes or owns it, as the ontology knows or, where the question has it so, some claim: xAI's Grok."""
        known = self._entities.get(one.id)
        if known and owner.id in (known.maker, known.part_of):
            yield one
        elif told and owner.type in AGENT and one.type in THING and owner.id and one.id:
            yield tied(one, owner)
        elif told and owner.type == "Place" and one.type == "Facility" and owner.id and one.id:
            yield replace(tied(one, owner), cost=0)  # and not what is asked for is in the place

    def _made(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """A kind of product of a maker, or of what uses it: NVIDIA's GPUs, the GPUs of Colossus; a company may do either."""
        given = b["given"]
        names = (usage().maker, usage().equipment)
        if isinstance(given, Known) and b.get("mark", "の") in OWNING and not b["kind"].measure:  # power is no thing
            for name in names if given.type in ("Organization", "") else names[1:]:
                clause = self.relation(Clause(name, (("subject", given),), ()))
                if clause and clause.cost < UNUSUAL:
                    yield Step(name, "object", (("subject", given),), frozenset({"Product"}), b["kind"])

    def _sited(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """Where somebody builds or runs a thing: where that thing is."""
        for one in self.owned(b["one"], b["who"]) if b["verb"].property in usage().sited else ():
            place = self.relation(Clause(usage().place, (("subject", one), ("object", Gap())), ()))
            yield from self._asked(place) if place else ()

    def _maker(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """Who makes a thing, or what somebody uses."""
        made = self.relation(Clause(usage().maker, (("object", b["one"]), ("subject", Gap(b["ask"]))), ()))
        yield from self._asked(made) if made else ()

    def _named(self, step: Any, gap: Gap) -> Iterator[Step]:
        """A noun phrase with a noun for what it mostly is beside it (the customers, facilities)."""
        if isinstance(step, Step) and not step.types and gap.types <= self._usual(step.property, step.want):
            yield from self.be(step, gap)

    def be(self, step: Any, gap: Gap) -> Iterator[Step]:
        """A noun phrase asked for by a question word: the types of both must agree."""
        if not isinstance(step, Step) or step.want == "truth" or (gap.types and step.want not in (*OTHER, "product")):
            return
        fitting = step.types or self._fitting(step.property, step.want)
        if not gap.types or gap.types & fitting:
            types = (step.types & gap.types or gap.types) if gap.named else step.types
            yield replace(step, types=types, kind=step.kind or gap.kind, count=step.count or gap.count)

    def _member(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """Whether a thing is one of those that a noun phrase describes."""
        who, step = b["who"], b["one"]
        if (
            not isinstance(step, Step)
            or isinstance(who, Step)
            or step.want not in OTHER
            or step.property == ANYTHING
            or step.order
            or step.bound
            or (step.types and getattr(who, "type", "") not in step.types)
        ):
            return
        cost = self.misfit(step.property, step.want, who)
        if cost is not None:
            given = tuple(sorted((*step.given, (step.want, who)), key=lambda pair: pair[0]))
            yield replace(step, want="truth", given=given, types=frozenset(), cost=step.cost + cost)

    def _template(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        about = rule.about
        if not isinstance(about, Template) or ("product" in b and getattr(b["product"], "type", "") != "Product"):
            return
        places = {"object": "object", "kind": "product", "product": "product", "subject": "subject"}
        given = tuple((role, b[name]) for name, role in places.items() if name in b)
        gap = b.get("gap", Gap())
        filled = self.relation(
            Clause(about.property, (*given, *([(about.role, gap)] if about.role in OTHER else [])), (), about.cost)
        )
        limit = b.get("bound")
        if filled and (limit is None or limit.unit in self.properties[about.property].units):
            step = self.step(about.property, about.role, gap, given, filled.cost)
            yield replace(step, bound=limit, date=b.get("date"), order=b.get("order", ""))


def tied(one: Known, owner: Known) -> Step:
    """A thing that some claim ties to its owner, or to whoever else it is said to be of (Meta's Prometheus)."""
    return Step(ANYTHING, "subject", (("about", one), ("with", owner)), frozenset({one.type}), cost=1)


def voices(frame: Frame) -> Iterator[tuple[dict[str, str], frozenset[str]]]:
    """The places of a frame in the passive, and the role of who acts, which no relative clause's noun can take."""
    places = dict(frame.places)
    if "obj" in places:
        passive = {"subj": places["obj"], **{m: r for m, r in places.items() if m not in ("subj", "obj")}}
        yield passive | ({"by": places["subj"]} if "subj" in places else {}), frozenset()
    topic = "を" if "を" in places else "に"
    if topic in places and "obj" not in places:
        kept = {mark: role for mark, role in places.items() if mark not in ("が", topic)}
        agents = {mark: places["が"] for mark in AGENTS if mark not in kept and "が" in places}
        yield {"が": places[topic], **kept, **agents}, frozenset(agents.values())


def _assign(placed: Places, places: Mapping[str, str]) -> Iterator[tuple[tuple[str, Filler], ...]]:
    """Every way to give each place its role; a topic may take any role that is left."""
    owner = "の" if "の" in places else "が"
    fixed = [(places.get(owner if mark == "の" else mark), filler) for mark, filler in placed if mark not in OPEN_TOPICS]
    topics = [filler for mark, filler in placed if mark in OPEN_TOPICS]
    roles = [role for role, _ in fixed]
    if None in roles or len(set(roles)) < len(roles) or len(topics) > 1:
        return
    settled: tuple[tuple[str, Filler], ...] = tuple((role, filler) for role, filler in fixed if role)
    if not topics:
        yield settled
    for role in dict.fromkeys(places.values()) if topics else ():
        if role not in roles:
            yield (*settled, (role, topics[0]))
