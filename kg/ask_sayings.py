"""What questions about sayings mean: what somebody says, who says it, how sure it is, whether a figure holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kg.ask_chart import Rule
from kg.ask_grammar import HALF, OTHER, Bindings, Clause, Gap
from kg.ask_language import Noun, Words
from kg.ask_measures import Measures
from kg.question import ANYTHING, Kind, Known, Step
from ontology import Ontology


class Sayings(Measures):
    """The grammar with the actions for sayings."""

    def __init__(self, ontology: Ontology, words: Words) -> None:
        super().__init__(ontology, words)
        self._actions |= {
            "told": self._told,
            "heard": self._heard,
            "sized": self._sized,
            "sure": self._sure,
            "event": self._event,
            "opposed": lambda rule, b: [Step(ANYTHING, "conflict", (("said", b["who"]),))],
            "worth": self._worth,
        }

    def _told(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """Claims, whatever they say: what somebody says or denies, or what is said of a thing. A plan is of who plans."""
        how = b.get("how", "")
        who = {"subject" if how == "planned" else "speaker": b["who"]} if "who" in b else {}
        given = who | ({"about": b["about"]} if "about" in b else {})
        if given or how:
            yield Step(ANYTHING, "claim", (*sorted(given.items()), *([("modality", Kind(how, ()))] if how else [])))

    def _heard(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """What somebody says of a property of a thing, or whether somebody says that something is so, or who does."""
        one, how = b.get("one") or Step(b["noun"].property, "claim", ()), b.get("how", "")
        if "who" in b and isinstance(one, Clause) and "subject" not in dict(one.roles):  # SoftBank confirms its stake in X
            whole = self.relation(replace(one, roles=(*one.roles, ("subject", b["who"]))))
            sure = (("modality", Kind(how, ())),) if how else ()
            yield from (replace(step, given=(*step.given, *sure)) for step in (self._fact(whole) if whole else ()))
            return
        bare = rule.parts[0][0] == "AUX" and isinstance(one, Step) and one.want != "truth"
        if bare and self.properties[one.property].kind == "relation":
            return  # whether somebody says it is no question of who or what
        facts = self._fact(one) if isinstance(one, Clause) else [one]
        if "types" in b:  # a company that says that it supplies X is no speaker of that
            facts = (
                step for step in facts if isinstance(step, Step) and (step.bound or OTHER.keys() <= dict(step.given).keys())
            )
        for step in (step for step in facts if isinstance(step, Step) and ("who" in b or step.want == "truth")):
            frame = (*([("speaker", b["who"])] if "who" in b else []), *([("modality", Kind(how, ()))] if how else []))
            yield replace(step, want=step.want if "who" in b else "speaker", given=(*step.given, *frame))

    def _sure(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """Whether something is so, or the value that it has; the answer's claims tell how sure it is."""
        one = b["one"]
        if isinstance(one, Step):
            both = OTHER.keys() <= dict(one.given).keys()
            yield replace(one, want="truth", types=frozenset(), kind=None) if both else one
        for step in self._fact(one) if isinstance(one, Clause) else ():
            ends = dict(step.given).keys()
            kind = self.properties[step.property].kind
            want = "truth" if OTHER.keys() <= ends else "value" if kind != "relation" else OTHER[min(ends & OTHER.keys())]
            yield replace(step, want=want)

    def _event(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """When something is so that a clause says of both ends or of one."""
        args = (*b.get("args", ()), *b.get("more", ()))
        voice = replace(rule, symbol="Clause", action="passive" if ("VP", "verb") in rule.parts else "clause")
        clauses = [b["one"]] if "one" in b else self._clause(voice, {**b, "args": args})
        for clause in (clause for clause in clauses if isinstance(clause, Clause)):
            yield from (replace(step, want="time", cost=step.cost + 1) for step in self._fact(clause))

    @staticmethod
    def _fact(clause: Clause) -> Iterator[Step]:
        """That what a clause says is so, of both ends or of one."""
        given = tuple(
            (role, filler) for role, filler in sorted(clause.roles, key=lambda one: one[0]) if not isinstance(filler, Gap)
        )
        if len(given) == len(clause.roles) and OTHER.keys() & dict(given).keys():
            half = HALF * (not OTHER.keys() <= dict(given).keys())
            yield Step(clause.property, "truth", given, cost=clause.cost + half)

    def _sized(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """How large a thing is, by all that makes things of its type large."""
        one = b["one"]
        types = [one.type] if isinstance(one, Known) else sorted(one.types or self._usual(one.property, one.want))
        for name in dict.fromkeys(name for type_ in types for name in self._words.size.get(type_, ())):
            cost = self.misfit(name, "subject", one)
            if cost is not None:
                yield Step(name, "value", (("subject", one),), cost=cost)

    def _worth(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """Whether a thing has so much of something."""
        one, limit = b["one"], b["bound"]
        if isinstance(one, Step):
            if one.want == "value" and limit.unit in self.properties[one.property].units:
                yield replace(one, want="truth", bound=limit)
            return
        noun = Noun(b["verb"].property, "value") if "verb" in b else b.get("noun")
        for step in self.bounded(noun, Gap(), limit) if not noun or noun.role == "value" else ():
            cost = self.misfit(step.property, "subject", one)
            if cost is not None:
                yield replace(step, want="truth", given=(("subject", one),), cost=step.cost + cost)
