"""Every name that the ontology and a store know, found in text and, misspelt, looked up by nearness (SKOS labels)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz, process

from kg.ask_sound import morphemes, romaji, skeleton, sound
from kg.ask_text import Index, Line, compact
from kg.model import Entity
from kg.question import Known
from ontology import Ontology

NEAR, NEARER, SHORT = 70.0, 85.0, 75.0
"""How alike two names are, of 100, before one is offered for the other: mostly, where little else tells, and where the name has
at most four letters."""

ACROSS = 15.0
"""How much less a likeness of consonants across scripts counts than one of letters."""

HAN = re.compile(r"[一-鿿々]{3,5}")
HAN_ANY = re.compile(r"[一-鿿々]{2}")


class Names:
    """An index of names, made once per version of a store.

    Discovered entities share a name with a known one only where the known one has it as a weak label. ``publishers`` are
    those of the articles, of which many are no entities.
    """

    def __init__(self, ontology: Ontology, discovered: Iterable[Entity] = (), publishers: Iterable[str] = ()) -> None:
        discovered = tuple(discovered)
        strong: dict[str, dict[str, Entity]] = {}
        weak: dict[str, dict[str, Entity]] = {}
        for known in ontology.entities.values():
            entity = Entity(known.id, known.type, known.labels)
            for label in known.labels:
                (weak if label.text in known.weak else strong).setdefault(compact(label.text), {})[entity.id] = entity
        for entity in discovered:
            for label in entity.labels:
                if compact(label.text) not in strong or any(e.discovered for e in strong[compact(label.text)].values()):
                    strong.setdefault(compact(label.text), {})[entity.id] = entity
        for key, several in tuple(strong.items()):
            if key.isascii() and all(entity.type == "Product" for entity in several.values()):
                weak.setdefault(key + "s", several)  # H100s
        keys = strong.keys() | weak.keys()
        self._entities: Mapping[str, tuple[Entity, ...]] = {
            key: tuple((strong.get(key) or weak[key]).values()) for key in sorted(keys) if key
        }
        self._index = Index(self._entities)
        self._surnames = Index(_by_surname(entity for entity in discovered if entity.type == "Person"))
        self._publishers = Index({compact(name): name for name in sorted(publishers) if compact(name)})
        self._sounds: dict[str, str] = {}
        self._skeletons: dict[bool, tuple[dict[str, str], dict[int, list[str]]]] = {}
        self._coined = tuple(entity for entity in discovered if any(HAN_ANY.search(label.text) for label in entity.labels))
        self._short: dict[str, list[tuple[str, Entity]]] = {}
        for key in self._entities:
            self._sounds.setdefault(sound(key), key)
        self._lengths = _by_length(self._sounds)

    def named(self, text: str) -> tuple[Entity, ...]:
        """The entities of exactly that name, spelling apart."""
        return self._entities.get(compact(text), ())

    def label(self, known: Known) -> str:
        """A thing's English name, where it has one; Japanese takes Latin names as they are."""
        spellings = self._entities.get(compact(known.label), ())
        return next((entity.label("en") for entity in spellings if entity.id == known.id), known.label)

    def find(self, line: Line) -> Iterator[tuple[int, int, tuple[Entity, ...]]]:
        """Start, end and entities of every name in a question, overlapping ones too, where words begin and end."""
        return self._index.find(line)

    def surnames(self, line: Line) -> Iterator[tuple[int, int, tuple[Entity, ...]]]:
        """As :meth:`find`, for discovered people by the surname alone, which in Japanese needs an honorific beside it."""
        return self._surnames.find(line)

    def publishers(self, line: Line) -> Iterator[tuple[int, int, str]]:
        """Start, end and name of every publisher in a question."""
        return self._publishers.find(line)

    def near(self, text: str, limit: int = 5, alike: float = NEAR) -> tuple[tuple[str, Entity], ...]:
        """Names at least so like a misspelt one, the likest first, with the first entity of each; no entity twice."""
        heard = sound(text)
        if len(heard) < 2:
            return ()
        least = alike if len(heard) > 4 else max(alike, SHORT)
        alike_long = _sized(self._lengths, len(heard), least)
        if alike >= NEARER:  # so like a name begins as it does
            alike_long = [name for name in alike_long if name[0] == heard[0]]
        found = process.extract(heard, alike_long, scorer=fuzz.ratio, limit=limit * 4, score_cutoff=least)
        hits = [(-score, name) for name, score, _ in found]
        best: dict[str, tuple[str, Entity]] = {}
        for _, name in sorted([*hits, *(self._alike(text, limit) if hits or alike < NEARER or not text.isascii() else ())]):
            entity = self._entities[self._sounds[name]][0]
            best.setdefault(entity.id, (spelling(entity, self._sounds[name]), entity))
        return tuple(best.values())[:limit]

    def shortened(self, line: Line, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, tuple[Entity, ...]]]:
        """As :meth:`find`, in words that nobody knows: Japanese names in Latin letters or without what they end in (北嶺)."""
        if not self._short:
            for entity in self._coined:
                for label in entity.labels:
                    for key, rest in _short(label.text, entity.type):
                        self._short.setdefault(key, []).append((rest, entity))
        for first, last in spans:
            for start, end in ((a, b) for a in line.edges for b in line.edges if first <= a < b <= last):
                spoken = line.chars[start:end]
                found = self._short.get(spoken, []) or self._short.get(romaji(spoken), [])
                if found:
                    yield start, end, tuple(dict.fromkeys(entity for _, entity in found))
                for rest, entity in [] if spoken in self._short and not spoken.isascii() else found:
                    ends = (
                        at
                        for at in line.edges
                        if at > end and fuzz.ratio(skeleton(line.chars[end:at]), skeleton(rest)) >= NEARER
                    )
                    yield from ((start, at, (entity,)) for at in ends)

    def _alike(self, text: str, limit: int) -> list[tuple[float, str]]:
        """Names in the other script with such consonants, and how unlike they are; three consonants say too little."""
        if not self._skeletons:
            named: dict[bool, dict[str, str]] = {}
            for heard, key in self._sounds.items():
                named.setdefault(key.isascii(), {}).setdefault(skeleton(key), heard)
            self._skeletons = {latin: (bones, _by_length(bones)) for latin, bones in named.items()}
        others, lengths = self._skeletons.get(not compact(text).isascii(), ({}, {}))
        bones = skeleton(text)
        found = process.extract(bones, _sized(lengths, len(bones), NEARER), scorer=fuzz.ratio, limit=limit, score_cutoff=NEARER)
        return [(ACROSS - score, others[name]) for name, score, _ in found] if len(bones) > 3 else []


def _short(name: str, type_: str) -> Iterator[tuple[str, str]]:
    """What a Japanese name is called for short, as it is written and as it sounds, and the rest of it."""
    words = morphemes(name) if HAN_ANY.match(name) or type_ == "Person" else []
    for n in range(1, len(words) + 1):
        head, rest = "".join(word for word, _ in words[:n]), "".join(word for word, _ in words[n:])
        heard = romaji("".join(reading for _, reading in words[:n]))
        if len(head) > 1 and len(heard) > 3:
            yield from ((key, rest) for key in (head, heard))
    if type_ == "Person" and len(words) == 2:
        yield romaji(words[1][1] + words[0][1]), ""


def _by_length(names: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name in names:
        found.setdefault(len(name), []).append(name)
    return found


def _sized(names: Mapping[int, list[str]], size: int, least: float) -> list[str]:
    """Those that may be so like a name of some length: 2 * min / (a + b) is the most that two lengths allow."""
    short, long = size * least / (200 - least), size * (200 - least) / least
    return [name for length, some in names.items() if short <= length <= long for name in some]


def _by_surname(people: Iterable[Entity]) -> dict[str, tuple[Entity, ...]]:
    """People by the word of their name that honorifics stand with: 高瀬 of 高瀬航, Ogawa of Ren Ogawa."""
    found: dict[str, dict[str, Entity]] = {}
    for entity in people:
        for label in entity.labels:
            words = re.split(r"[\s・=＝]+", label.text)
            name = words[-1] if len(words) > 1 else label.text[:2] if HAN.fullmatch(label.text) else ""
            if key := compact(name):
                found.setdefault(key, {})[entity.id] = entity
    return {key: tuple(several.values()) for key, several in found.items()}


def spelling(entity: Entity, key: str) -> str:
    """The entity's name as the question has it."""
    return next((label.text for label in entity.labels if compact(label.text) == key), entity.labels[0].text)
