"""Every name that the ontology and a store know, found in text and, misspelt, looked up by nearness (SKOS labels)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz, process

from kg.ask_text import Index, Line, compact
from kg.model import Entity
from ontology import Ontology

NEAR, NEARER = 70.0, 85.0
"""How alike two names are, of 100, before one is offered for the other; the second where the name has at most four letters."""

HIRAGANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
SMALL = str.maketrans("ァィゥェォッャュョヮヴヂヅ", "アイウエオツヤユヨワブジズ", "ー-.")


def sound(text: str) -> str:
    """A name as it is compared with misspelt ones: kana in one script, without length marks and accents.

    >>> sound("コロッサス") == sound("ころつさす")
    True
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", compact(text)) if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", plain).translate(HIRAGANA).translate(SMALL)


class Names:
    """An index of names, made once per version of a store.

    Discovered entities share a name with a known one only where the known one has it as a weak label. ``publishers`` are
    those of the articles, of which many are no entities.
    """

    def __init__(self, ontology: Ontology, discovered: Iterable[Entity] = (), publishers: Iterable[str] = ()) -> None:
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
        self._publishers = Index({compact(name): name for name in sorted(publishers) if compact(name)})
        self._sounds: dict[str, str] = {}
        for key in self._entities:
            self._sounds.setdefault(sound(key), key)

    def named(self, text: str) -> tuple[Entity, ...]:
        """The entities of exactly that name, spelling apart."""
        return self._entities.get(compact(text), ())

    def find(self, line: Line) -> Iterator[tuple[int, int, tuple[Entity, ...]]]:
        """Start, end and entities of every name in a question, overlapping ones too, where words begin and end."""
        return self._index.find(line)

    def publishers(self, line: Line) -> Iterator[tuple[int, int, str]]:
        """Start, end and name of every publisher in a question."""
        return self._publishers.find(line)

    def near(self, text: str, limit: int = 5) -> tuple[tuple[str, Entity], ...]:
        """Names like a misspelt one, the likest first, with the first entity of each; no entity twice."""
        heard = sound(text)
        if len(heard) < 2:
            return ()
        found = process.extract(
            heard, self._sounds.keys(), scorer=fuzz.ratio, limit=limit * 4, score_cutoff=NEAR if len(heard) > 4 else NEARER
        )
        best: dict[str, tuple[str, Entity]] = {}
        for spelling, _, _ in sorted(found, key=lambda hit: (-hit[1], hit[0])):
            entity = self._entities[self._sounds[spelling]][0]
            best.setdefault(entity.id, (self._label(entity, self._sounds[spelling]), entity))
        return tuple(best.values())[:limit]

    @staticmethod
    def _label(entity: Entity, key: str) -> str:
        return next((label.text for label in entity.labels if compact(label.text) == key), entity.labels[0].text)
