"""Reads a question whose words are all known but stand in no order that the grammar has: keywords, headlines, loose speech.

Whatever is named or asked for takes a place of the one property that the words speak of, as the types allow; particles and
prepositions choose among what is left. Where several readings are as good, all are kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kg.ask_chart import Extra, Token
from kg.ask_grammar import HALF, MISFIT, OTHER, TOWARDS, Clause, Gap, voices
from kg.ask_language import MANY, Noun, Words
from kg.ask_measures import Measures, measured
from kg.ask_pieces import COVERS, MARKS, Cover, Edge, Piece, covers, together
from kg.question import ANYTHING, Kind, Known, Step, Time
from ontology.usage import usage

AGAINST = 2
"""What it costs to read a particle against what the word beside it says of it."""

PARTS = {"NAME": "given", "NP": "given", "GOODS": "given", "NOUN": "says", "VA": "says", "VP": "says", "Gap": "asks"}
PARTS |= {"TYPE": "asks", "ORDER": "order", "COMP": "comp", "BOUND": "bound", "DATE": "date"}
ALIKE = ("much", "when", "count", "sum")
ONCE = ("asks", "much", "when", "order", "bound", "date")
LINKS = ("pair", "comp", "tie", "apart")
"""The parts that only things beside each other have."""

BESIDES = frozenset({"clash", "voices", "given", "says", "asks", "much", "count", "when", "bound"})
"""The parts that a question may have that asks where sources disagree."""

WHETHER = ("truth", "conflict")
ASKED = frozenset({"asks", "tie", *ALIKE})
ASKING = frozenset({"EXIST", "SO", "CLEFT", "ASK"})
"""What asks for something in a question that does not only ask whether, and what else than is may stand at its head."""

ACTING = frozenset({("subj", "subject"), ("が", "subject")})
"""The places of a verb whose subject is what it measures."""

STRICT = frozenset({"to", "from", "in", "into", "by", "with", "for", "on", "at", "が"})
"""Prepositions that an English verb has or has not, and the particle of who acts."""

NOUN_SIDES = TOWARDS | {"が": "subject"}
"""The end that a particle or preposition tells beside a noun (Xがトップの会社)."""


class Gist:
    """Readings from pieces in any order."""

    def __init__(self, grammar: Measures, words: Words) -> None:
        self._grammar = grammar
        self._words = words
        self._together = together(words.beside)
        self._parts = PARTS | {symbol: part for part, symbols in words.parts.items() for symbol in symbols}

    def read(self, items: Iterable[Token], starts: Iterable[tuple[int, Extra]], end: int) -> Iterator[tuple[Step, Extra]]:
        """The steps that the fewest pieces make, with the filters gathered on the way."""
        begin = {at for at, _ in starts}
        edges = self._edges(item for item in items if item.symbol != "REL" or item.start not in begin)  # who is no link there
        first = {item.symbol for item in items if item.start in begin}
        whether = "BE" in first and not first & ASKING
        every = (one for start in starts for one in covers(edges, *start, end, self._together))
        ways = sorted(every, key=lambda one: len(one[0]))
        loose: list[tuple[Step, Extra]] = []  # all that is said of something, where nothing more is meant
        meant: dict[tuple[tuple[str, str, int, str], ...], list[Step]] = {}  # those that differ in glue alone ask the same
        for _, same in itertools.groupby(ways, key=lambda one: len(one[0])):
            found = []
            for cover, extra in itertools.islice(same, COVERS):
                key = tuple([piece.key for piece in cover])
                if key not in meant:
                    steps = self._meant(cover)
                    listed = not whether or any(one.part in ASKED for one in cover)
                    meant[key] = [step for step in steps if listed or step.want in WHETHER or step.among]
                found += [(step, extra) for step in meant[key]]
            if sure := [one for one in found if one[0].given or one[0].want != "claim"]:
                yield from sure
                return
            loose += found
        yield from loose

    def _edges(self, items: Iterable[Token]) -> dict[int, list[Edge]]:
        """What each piece is and where it ends, by where it begins; what means something is no glue."""
        edges: dict[int, dict[Edge, None]] = {}
        items = list(items)
        # Sources that disagree supply nothing, and to have something to do with each other is to have nothing.
        parts = {self._parts.get(item.symbol) for item in items}
        heard, light = (
            {(one.start, one.end) for one in items if self._parts.get(one.symbol) == part and parts & {*beside}}
            for part, beside in (("voices", ("clash",)), ("glue", ("clash", "tie")))
        )
        for item in items:
            span = item.start, item.end
            if self._parts.get(item.symbol) == "says" and (span in heard or (span in light and item.symbol != "NOUN")):
                continue
            part = self._parts.get(item.symbol, "")
            vague = item.symbol == "TYPE" and len(item.meaning) >= MANY  # type: ignore[arg-type]
            if part and not vague and (item.symbol != "NP" or isinstance(item.meaning, Step)):
                piece = Piece(part, *((part, None) if part in ALIKE else (item.symbol, item.meaning)))
                edges.setdefault(item.start, {})[item.end, piece, item.extra] = None
        made: dict[int, list[Edge]] = {}
        for at, here in edges.items():
            said = {end for end, piece, _ in here if piece.part not in ("glue", "voices", *LINKS)}
            glue = {edge[0]: edge for edge in sorted(here, key=lambda edge: edge[1].symbol in MARKS) if edge[1].part == "glue"}
            made[at] = [edge for edge in here if edge[1].part != "glue"]
            made[at] += [edge for end, edge in glue.items() if end not in said]
        return made

    def _meant(self, cover: Cover) -> Iterator[Step]:
        """What the pieces ask: of what is, or where claims disagree, about which other words mean nothing."""
        parts = _by_part(cover)
        if "clash" in parts:
            yield from self._clashing(parts)
        elif "voices" not in parts:
            yield from self._steps(cover)

    def _steps(self, cover: Cover) -> Iterator[Step]:
        """What the pieces ask, if they speak of one property and ask for one thing."""
        parts = _by_part(cover)
        given, says = parts.get("given", []), parts.get("says", [])
        yield from self._owned(cover, given, says)
        beside = frozenset().union(*(self._words.beside[piece.meaning.property] for piece in says))
        says = [piece for piece in says if piece.symbol == "NOUN" or piece.meaning.property not in beside]
        words = _by_symbol(says)
        parts["asks"] = _asked(parts.get("asks", []))
        if not parts["asks"]:
            del parts["asks"]
        things = [piece.meaning for piece in given if isinstance(piece.meaning, Known)]
        measured = says and all(self._grammar.properties[piece.meaning.property].kind != "relation" for piece in says)
        listed = measured and len(given) > 1 and all(piece.mark == "と" for piece in given[:-1])
        pair = parts.keys() == {"given"} and len(things) == 2
        if listed or pair or not parts.keys().isdisjoint(LINKS):
            if len(things) == len(given) > 1:
                yield from self._tied(parts, says, things) if pair or "tie" in parts else self._compared(parts, says, things)
            return
        if any(len(parts.get(part, ())) > 1 for part in ONCE) or ("asks" in parts and {"much", "when"} & parts.keys()):
            return
        limits = parts.keys() & {"order", "bound", "date"}
        if limits == {"bound"} and given and says:
            yield from self._measured_by(cover)
        elif limits:
            yield from self._limited(limits.pop(), parts, words) if len(limits) == 1 and not given and "asks" in parts else ()
        elif (
            says
            and len(words) == len(says)
            and not {"VA", "VP"} <= words.keys()
            and len({word.property for word in words.values()}) == 1
        ):
            yield from self._related(parts, words, given) if given else self._every(parts, words)
        elif not says and not given and parts.keys() == {"asks"}:
            gap = _gap(parts["asks"][0])
            names = {self._words.made.get(type_, "") for type_ in gap.types} if gap.named and len(gap.types) < MANY else set()
            yield from (Step(name, "object", (), gap.types, gap.kind) for name in sorted(names - {""}))
        elif not says and len(given) == 1 and isinstance(given[0].meaning, Step):
            yield from self._plain(parts, given[0].meaning)

    def _measured_by(self, cover: Cover) -> Iterator[Step]:
        """A relation of which a number is told beside what it relates (who invested more than a billion dollars in X)."""
        limit = next(piece.meaning for piece in cover if piece.part == "bound")
        units = {
            "amount": self._grammar.properties[usage().price].units,
            "quantity": self._grammar.properties[usage().chips].units,
        }
        for step in self._steps(tuple(piece for piece in cover if piece.part != "bound")):
            told = self._words.says.get(step.property, {"en": {}})["en"]
            measure = next((role for role, of in units.items() if role in told and limit.unit in of), "")
            if measure and step.want in (*OTHER, "truth"):
                yield replace(step, bound=limit, measure=measure)

    def _clashing(self, parts: Mapping[str, list[Piece]]) -> Iterator[Step]:
        """Where claims about things, of one property or of any, exclude each other; or those about a figure that is told."""
        says, bounds = parts.get("says", []), parts.get("bound", [])
        things = [piece.meaning for piece in parts.get("given", ())]
        names = {piece.meaning.property for piece in says}
        named = any(_gap(piece).named for piece in parts.get("asks", ()))
        if not parts.keys() <= BESIDES or len(names) > 1 or len(bounds) > 1 or named or (parts.keys() & {*ALIKE} and not says):
            return
        if len(things) == 1 and isinstance(things[0], Step):
            step = things[0]
            known = all(isinstance(node, Known) for _, node in step.given) and step.property != ANYTHING
            fits = known and not (says or bounds or step.kind or step.order or step.bound or step.date or step.posts)
            yield from [replace(step, want="conflict", types=frozenset())] if fits else ()
        elif not all(isinstance(thing, Known) for thing in things):
            return
        elif bounds and len(things) == 1 and not names:
            yield Step(ANYTHING, "conflict", (("about", things[0]),), bound=bounds[0].meaning)
        elif names:
            name, cost = names.pop(), sum(piece.meaning.cost for piece in says)
            limit = bounds[0].meaning if bounds else None
            if limit and limit.unit not in self._grammar.properties[name].units:
                return
            ends = ["subject", *(["object"] if self._grammar.properties[name].kind == "relation" else [])]
            ends = [end for end in ends if noun_role(_by_symbol(says)) != end]
            for roles in itertools.permutations(ends, len(things)):
                given = tuple(sorted(zip(roles, things, strict=True), key=lambda pair: pair[0]))
                misfits = [self._grammar.misfit(name, role, thing) for role, thing in given]
                total = sum(MISFIT if one is None else one for one in misfits)
                step = Step(name, "conflict", given, bound=limit, cost=cost + total)
                yield from [step] if total < MISFIT else ()
        elif len(things) < 2 and not bounds:
            yield Step(ANYTHING, "conflict", tuple(("about", thing) for thing in things))

    def _owned(self, cover: Cover, given: list[Piece], says: list[Piece]) -> Iterator[Step]:
        """What is measured of one thing that is of another (how many GPUs is Meta planning for Prometheus)."""
        figures = says and all(self._grammar.properties[piece.meaning.property].kind != "relation" for piece in says)
        # What somebody raises for a thing is no figure of that thing; what somebody begins to build is.
        done = any(piece.symbol == "VA" and ACTING & {*piece.meaning.places} for piece in says)
        for one, owner in (given, given[::-1]) if figures and not done and len(given) == 2 else ():
            if isinstance(one.meaning, Known) and isinstance(owner.meaning, Known):
                rest = [piece for piece in cover if piece not in given]
                for step in self._grammar.owned(one.meaning, owner.meaning):
                    yield from self._steps((*rest, replace(one, meaning=step)))

    def _tied(self, parts: Mapping[str, list[Piece]], says: list[Piece], things: list[Known]) -> Iterator[Step]:
        """Whatever is said of two things together."""
        plain = not says and not parts.keys() - {"given", "tie", "pair", "asks"}
        if len(things) == 2 and plain and not any(_gap(piece).types for piece in parts.get("asks", ())):
            yield Step(ANYTHING, "claim", (("about", things[0]), ("with", things[1])))

    def _compared(self, parts: Mapping[str, list[Piece]], says: list[Piece], things: list[Known]) -> Iterator[Step]:
        """The things by what the words measure or, where they measure nothing, by what makes things of their type large."""
        orders = {piece.meaning for part in ("comp", "order") for piece in parts.get(part, ())}
        told = [name for order in orders for name in order.split()[1:] if self._measured(name, things)][:1]
        measures = {piece.meaning.property for piece in says} | {*told}
        named = [_gap(piece) for piece in parts.get("asks", ()) if _gap(piece).named]
        vague = "apart" in parts and not measures  # what differs may be anything
        if vague or parts.keys() & {"bound", "date", "tie"} or len(measures) > 1 or len({order[:3] for order in orders}) > 1:
            return
        for name in measures or (self._words.size.get(things[0].type, ()) if orders else ()):
            if self._measured(name, things) and all(thing.type in gap.types for gap in named for thing in things):
                order: Any = min((order[:3] for order in orders), default="max")
                cost = self._misfits(name, things)
                yield Step(name, "subject", (), order=order, among=tuple(dict.fromkeys(things)), cost=cost)

    def _measured(self, name: str, things: list[Known]) -> bool:
        """Whether the property is one that such things are measured by."""
        return self._grammar.properties[name].kind != "relation" and self._misfits(name, things) < MISFIT

    def _misfits(self, name: str, things: list[Known]) -> int:
        return sum(self._grammar.misfit(name, "subject", thing) or 0 for thing in things)

    def _limited(self, limit: str, parts: Mapping[str, list[Piece]], words: Mapping[str, Any]) -> Iterator[Step]:
        """Things of a type with the most of something, with more than a number of it, or of a date."""
        gap, value = _gap(parts["asks"][0]), parts[limit][0].meaning
        verbs = [word for symbol, word in words.items() if symbol != "NOUN"]
        measured = (
            Noun(verb.property, "value") for verb in verbs if self._grammar.properties[verb.property].kind == "quantity"
        )
        noun = words.get("NOUN") or next(measured, None)
        verbs = [verb for verb in verbs if not noun or verb.property != noun.property]
        if not gap.named or parts.keys() & {"much", "when", "count", "sum"}:
            return
        if limit == "date":
            names = {word.property for word in words.values()}
            if len(names) == 1 and self._grammar.properties[name := names.pop()].kind == "date":
                yield from self._made(name, (), "subject", gap, 0, {}, date=value)
        elif limit == "order":
            yield from self._grammar.most(noun, gap, value) if noun and not verbs else ()
        else:
            steps = self._grammar.bounded(noun, gap, value)
            yield from (step for step in steps if all(verb.property in self._words.beside[step.property] for verb in verbs))

    def _every(self, parts: Mapping[str, list[Piece]], words: Mapping[str, Any]) -> Iterator[Step]:
        """All that is said with a relation, which a filter narrows (planned acquisitions)."""
        name = next(iter(words.values())).property
        cost = HALF + sum(word.cost for word in words.values())
        gap = next((_gap(piece) for piece in parts.get("asks", ()) if _gap(piece).types), None)
        if parts.keys() <= {"says", "asks"} and gap is None:
            yield Step(name, "claim", (), cost=cost)
        elif parts.keys() == {"says", "asks"} and gap and gap.named and self._grammar.properties[name].kind == "quantity":
            # those of which it is told at all, which a filter narrows (companies that raised money in 2024)
            done = any(ACTING & {*getattr(word, "places", ())} for word in words.values())
            fits = done and self._grammar.misfit(name, "subject", gap) == 0
            yield from [Step(name, "subject", (), gap.types, cost=cost)] if fits else ()
        elif parts.keys() == {"says", "asks"} and gap and self._grammar.properties[name].kind == "relation":
            # who does it or, of things that are told by their type, either end
            acts = {role for word in words.values() for mark, role in getattr(word, "places", ()) if mark in ("subj", "が")}
            ends = [end for end in OTHER if (gap.named or end in acts) and self._grammar.misfit(name, end, gap) == 0]
            yield from (Step(name, end, (), gap.types if gap.named else frozenset(), cost=cost) for end in ends)

    def _plain(self, parts: Mapping[str, list[Piece]], step: Step) -> Iterator[Step]:
        """A noun phrase, with the question word that stands somewhere."""
        end, kind = step.want in OTHER, self._grammar.properties[step.property].kind
        if ("much" in parts and not measured(step)) or ("when" in parts and kind != "date"):
            return
        if "asks" in parts:
            yield from self._grammar.be(step, _gap(parts["asks"][0]))
        else:
            yield replace(step, count="count" in parts and end and not step.kind)

    def _related(self, parts: Mapping[str, list[Piece]], words: Mapping[str, Any], given: list[Piece]) -> Iterator[Step]:
        """Every way to give what is named and what is asked for to the places of the property."""
        name = next(iter(words.values())).property
        if len(given) == 1 and isinstance(step := given[0].meaning, Step) and step.property == name:
            noun = words.get("NOUN")  # the investors that are backers of X
            yield from [step] if noun and noun.role == step.want and not parts.keys() - {"given", "says"} else ()
            return
        ends = ["subject"]
        if self._grammar.properties[name].kind == "relation":
            ends += ["object", *(["product"] if name in self._words.goods else [])]
        goods = [piece for piece in given if isinstance(piece.meaning, Kind)]
        if (
            noun_role(words) in OTHER
            and name not in self._words.goods
            and len(goods) == 1
            and len(given) == 2
            and "asks" not in parts
        ):
            parts = {**parts, "asks": [replace(goods[0], meaning=Gap(frozenset({"Product"}), goods[0].meaning, named=True))]}
            given = [piece for piece in given if piece not in goods]
        for roles in itertools.permutations(ends, len(given)):
            free = [end for end in ends if end not in roles and end in OTHER]
            if not set(roles) & OTHER.keys():
                continue
            if not all(self._fits(name, role, piece, words) for role, piece in zip(roles, given, strict=True)):
                continue
            against = AGAINST * sum(_against(words, piece, role) for piece, role in zip(given, roles, strict=True))
            if against and ("NOUN" not in words or any(piece.mark == "が" for piece in given)):
                continue
            placed = tuple(sorted(zip(roles, (piece.meaning for piece in given), strict=True), key=lambda pair: pair[0]))
            for want, gap, cost in self._wants(name, parts, words, free):
                wrong = any(_against(words, piece, want) for piece in parts.get("asks", ()))
                if wrong and "NOUN" not in words:
                    continue
                cost += AGAINST * wrong
                yield from self._made(name, placed, want, gap, cost + against, words)

    def _fits(self, name: str, role: str, piece: Piece, words: Mapping[str, Any]) -> bool:
        """Whether what is described, if anything, may stand there; equipment suppliers are no equipment of suppliers."""
        step = piece.meaning
        if not isinstance(step, Step):
            return True
        return self._grammar.misfit(name, role, step) == step.cost and (piece.mark != "obj" or words.keys() != {"NOUN"})

    def _made(
        self, name: str, placed: Any, want: str, gap: Gap, cost: int, words: Mapping[str, Any], date: Time | None = None
    ) -> Iterator[Step]:
        clause = self._grammar.relation(Clause(name, (*placed, *(((want, gap),) if want in OTHER else ())), (), cost))
        if clause and clause.cost < MISFIT:
            noun = words.get("NOUN")
            step = self._grammar.step(name, want, gap, placed, clause.cost)
            step = replace(step, posts=noun.posts if noun and want == noun.role else (), date=date)
            yield self._grammar.widened(step) if noun and want == noun.role else step

    def _wants(
        self, name: str, parts: Mapping[str, list[Piece]], words: Mapping[str, Any], free: list[str]
    ) -> Iterator[tuple[str, Gap, int]]:
        """The role that may be asked for while the ends ``free`` are not named, its gap, and what that costs."""
        noun, cost = words.get("NOUN"), sum(word.cost for word in words.values())
        gap = _gap(parts["asks"][0]) if "asks" in parts else Gap()
        gap = replace(gap, count=gap.count or "count" in parts)
        says, kind = self._words.says[name]["en"], self._grammar.properties[name].kind
        sums = [role for role in ("amount", "quantity") if role in says]
        if kind != "relation":
            money = {"sum"} if "USD" in self._grammar.properties[name].units else set()
            asked = noun or parts.keys() & ({"when"} if kind == "date" else {"much", "count"} | money)
            asked = asked and ("sum" not in parts or money)
            fits = asked and not gap.types and not free and ("when" not in parts or kind == "date")
            yield from [("value", Gap(), cost)] if fits else ()
        elif "when" in parts:
            return
        elif (
            "much" in parts
            or "sum" in parts
            or (noun and noun.role in sums and not gap.named)
            or (gap.count and not free and sums)
        ):
            yield from ((role, Gap(), cost) for role in sums if not free or (noun and noun.role == role))
        elif not free:
            kinds = [piece.meaning for piece in parts["given"] if isinstance(piece.meaning, Kind)]
            if noun and kinds:  # the goods narrow what the noun names (network products of X), and are not it
                return
            yield from [("truth", Gap(), cost)] if "asks" not in parts and not gap.count else ()
        elif noun or "asks" in parts or "count" in parts:  # a verb alone asks whether, and that needs both ends
            for role in free:
                astray = bool(noun and noun.role != role)
                if not astray or gap.named:
                    yield role, gap, cost + astray


def _by_part(cover: Cover) -> dict[str, list[Piece]]:
    parts: dict[str, list[Piece]] = {}
    for piece in cover:
        parts.setdefault(piece.part, []).append(piece)
    return parts


def _by_symbol(says: list[Piece]) -> dict[str, Any]:
    return {piece.symbol: piece.meaning for piece in says}


def noun_role(words: Mapping[str, Any]) -> str:
    """The role that the noun among the words names."""
    return words["NOUN"].role if words.keys() == {"NOUN"} else ""


def _asked(asks: list[Piece]) -> list[Piece]:
    """What is asked for, where a question word and a noun say the same (which companies: 企業はどこ)."""
    named = [piece for piece in asks if _gap(piece).named]
    words = [_gap(piece) for piece in asks if not _gap(piece).named]
    same = len(named) == len(words) == 1 and (not words[0].types or words[0].types & _gap(named[0]).types)
    return named if same else asks


def _gap(piece: Piece) -> Gap:
    return piece.meaning if isinstance(piece.meaning, Gap) else Gap(piece.meaning, named=True)


def _against(words: Mapping[str, Any], piece: Piece, role: str) -> bool:
    """Whether the particle or preposition beside a name says that it stands somewhere else."""
    mark = "obj" if piece.mark == "of" else piece.mark  # the building of X
    told = [
        places.get(mark, "")
        for symbol, word in words.items()
        if symbol != "NOUN"
        for places, _ in (tuple(voices(word)) or [({}, ())] if symbol == "VP" else [(dict(word.places), ())])
        if mark in places or mark in STRICT or (mark in ("subj", "obj") and symbol == "VP")
    ]
    if "NOUN" in words and not told and piece.mark in NOUN_SIDES:
        told = [NOUN_SIDES[piece.mark]]
    return bool(told) and role not in told
