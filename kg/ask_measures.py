"""What questions about numbers mean: how many things, how many pieces, the most of something, more than a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Literal

from kg.ask_chart import Rule
from kg.ask_grammar import HALF, OTHER, Bindings, Clause, Gap, Grammar
from kg.ask_language import Noun, Words
from kg.ask_text import compact
from kg.question import Bound, Kind, Known, Step
from ontology import Ontology
from ontology.usage import usage


class Measures(Grammar):
    """The grammar with the actions for numbers."""

    def __init__(self, ontology: Ontology, words: Words) -> None:
        super().__init__(ontology, words)
        self._actions |= {
            "value": lambda rule, b: [b["one"]] if isinstance(b["one"], Step) and measured(b["one"]) else [],
            "howmany": self._how_many,
            "counted": self._counted,
            "pieces": self._pieces,
            "biggest": self._biggest,
            "peak": lambda rule, b: self._peak(b["one"] if "one" in b else next(iter(self._of(rule, b)), None), b["how"]),
            "tally": lambda rule, b: (replace(step, cost=step.cost + 1) for step in self._counted(rule, b)),
            "most": lambda rule, b: self.most(b["noun"], self._asking(rule, b), b["how"]),
        }

    def _how_many(self, rule: Rule, b: Bindings) -> Iterator[Gap]:
        yield Gap(b["types"], named=True, count=True)

    def _counted(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        for step in [b["one"]] if "one" in b else self._of(rule, b):
            if isinstance(step, Step) and (step.kind or step.want == "product"):
                yield from self.pieces(step.property, step.given, step.kind)
            elif isinstance(step, Step):
                yield replace(step, count=step.want in OTHER)

    def _pieces(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        """How many of the goods there are that a noun phrase describes, or that a clause says something of."""
        one, goods = b["one"], b.get("goods")
        if isinstance(one, Clause):
            given = [(role, filler) for role, filler in one.roles if not isinstance(filler, Gap)]
            open_ = len(given) == len(one.roles) and {"object", "product"} & set(one.open)
            yield from self.pieces(one.property, given, goods) if open_ else ()
        elif isinstance(one, Step) and not measured(one):
            yield from self.pieces(one.property, one.given, one.kind)

    def pieces(self, name: str, given: Iterable[tuple[str, Any]], goods: Known | Kind | None) -> Iterator[Step]:
        """How many of the goods are supplied, or how many of them a thing has that uses them."""
        told = (*given, *([("product", goods)] if goods else []))
        if "quantity" in self._words.says.get(name, {"en": ()})["en"]:
            cost = HALF * ("subject" not in dict(told))
            yield Step(name, "quantity", tuple(sorted(told, key=lambda pair: pair[0])), cost=cost)
        if isinstance(goods, Kind):
            unit, told = self._words.units.get(compact(goods.label), ("", 0))[0], told[:-1]
        else:
            unit = next(iter(self.properties[usage().chips].units)) if goods and goods.type == "Product" else ""
        for measure, known in self.properties.items() if dict(told).keys() <= {"subject", "product"} else ():
            if known.units == {unit} and name in self._words.beside[measure]:
                yield Step(measure, "value", tuple(sorted(told, key=lambda pair: pair[0])))

    def most(self, noun: Noun, gap: Gap, order: str) -> Iterator[Step]:
        """The things with the most (or least) of what a noun names."""
        told, _, name = order.partition(" ")
        how: Literal["max", "min"] = "max" if (told == "max") is not noun.less else "min"
        if noun.role == "value" and name in ("", noun.property) and self.misfit(noun.property, "subject", gap) == 0:
            yield replace(self.step(noun.property, "subject", gap, (), noun.cost), order=how)

    def _biggest(self, rule: Rule, b: Bindings) -> Iterator[Step]:
        how, _, told = b["how"].partition(" ")
        for type_ in sorted(b["types"]) if len(b["types"]) == 1 else ():
            for name in [told] if told else self._words.size.get(type_, ()):
                if self.misfit(name, "subject", Gap(b["types"], named=True)) == 0:
                    yield Step(name, "subject", (), b["types"], order=how)

    def _peak(self, step: Any, order: str) -> Iterator[Step]:
        """The values that are told of one thing, the highest or the lowest first (the highest valuation of X)."""
        told, _, name = order.partition(" ")
        plain = isinstance(step, Step) and step.want == "value" and step.given and not step.order
        if plain and name in ("", step.property) and self.properties[step.property].kind == "quantity":
            yield replace(step, order="max" if told == "max" else "min")

    def bounded(self, noun: Noun | None, gap: Gap, limit: Bound) -> Iterator[Step]:
        """Things with more (or less) than a number of something: the noun or, without one, the unit tells of what."""
        if noun and noun.less:
            return
        names = [noun.property] if noun else [n for n, known in self.properties.items() if known.units == {limit.unit}]
        for name in names:
            if limit.unit in self.properties[name].units and self.misfit(name, "subject", gap) == 0:
                yield replace(self.step(name, "subject", gap, (), 0), bound=limit)


def measured(step: Step) -> bool:
    """Whether a step wants a value or an amount, and no things; goods like power are measured and not counted."""
    return step.want not in OTHER and (bool(step.kind.measure) if step.kind else step.want != "product")
