"""Names by a trained tagger: a linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) over morphemes.

It learned from passages of our own (``tests/extraction/written``, ``make train``) how names stand in Japanese, and is asked
for what the ontology and the text itself do not tell. Offsets are code points into the normalised text, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any, NamedTuple

from ingest.named import Name, Span
from ingest.told import FORM
from ontology.model import KnownEntity

__all__ = ["TYPES", "Tagged", "Tagger", "Token", "features", "tokens", "told"]

TYPES = {
    "O": "Organization",
    "P": "Person",
    "F": "Facility",
    "L": "Place",
    "D": "Product",
    "M": "Model",
    "J": "Project",
    "B": "Publication",
}
"""The letters that labels and training passages use, and the types that they stand for."""

MODEL = files("ingest") / "models" / "names.crfsuite"
SURE = 0.8
"""How likely the least likely of a name's words has to be; chosen on texts held out."""

WINDOW = (-2, -1, 0, 1, 2)
_NOTHING: tuple[tuple[str, ...], ...] = ((),) * (1 + len(WINDOW))  # what stands beyond the ends of a line
_LINE = re.compile(r"[^\n]{1,4000}")  # Sudachi takes no more than 49,149 bytes
_SENTENCE = re.compile(r"[^\n。!?！？]{1,4000}[。!?！？]{0,9}|[。!?！？]{1,4000}")
_KNOWN, _VALUE = "True", "v"  # how what others tell of a word ends
_BESIDE = re.compile(rf"{FORM}|[社氏旧新現米英仏独]|,? ?(?:Inc|Corp|Ltd|LLC|Co)\.?")
_FILE = re.compile(r"\.[a-z]{2,4}$|[/@]")
_SHAPES = (("ァ", "ヺ", "K"), ("ー", "ー", "K"), ("ぁ", "ゖ", "H"), ("一", "龥", "C"), ("々", "々", "C"), ("A", "Z", "A"))
_MORE = (("a", "z", "a"), ("0", "9", "0"), ("・", "・", "・"))


class Token(NamedTuple):
    """A morpheme at ``start:end``: its dictionary form, part of speech and whether the dictionary has it."""

    start: int
    end: int
    text: str
    lemma: str
    speech: tuple[str, ...]
    unknown: bool


@dataclass(frozen=True, slots=True)
class Tagged:
    """A name that the tagger sees at ``start:end``, and its type."""

    start: int
    end: int
    type: str


def tokens(
    text: str, morphemes: Callable[[str], Iterable[Any]], others: Mapping[int, str] | None = None
) -> Iterator[list[Token]]:
    """The tokens of each line, from which the model learns; ``morphemes`` is the tokeniser (Sudachi).

    With ``others``, which is what ``told`` gives, of each sentence where a word stands that names something others do not know.
    """
    for sentence in (_LINE if others is None else _SENTENCE).finditer(text):
        at = sentence.start()
        words = morphemes(sentence[0])
        if others is None or any(_naming(m) and not others.get(at + m.begin(), "").endswith((_KNOWN, _VALUE)) for m in words):
            yield [
                Token(at + m.begin(), at + m.end(), text, m.dictionary_form(), m.part_of_speech()[:3], m.is_oov())
                for m in words
                if (text := m.surface())
            ]


def _naming(morpheme: Any) -> bool:
    """Whether the dictionary has a word as a name, or not at all."""
    return bool(morpheme.part_of_speech()[1] == "固有名詞" or morpheme.is_oov())


@lru_cache(maxsize=4_096)
def _shape(word: str) -> str:
    """The scripts of a word, each run once: GPU is A, ラピダス社 is KC."""
    runs = ""
    for sign in word[:12]:
        kind = next((kind for first, last, kind in (*_SHAPES, *_MORE) if first <= sign <= last), ".")
        runs += "" if runs.endswith(kind) else kind
    return runs


@lru_cache(maxsize=4_096)
def _telling(text: str, lemma: str, speech: tuple[str, ...], unknown: bool) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The shape of a word, what it tells of itself, and what at each place of the window."""
    shape = _shape(text)
    own = (f"2:{text[-2:]}", f"1:{text[-1:]}", f"^:{text[:1]}", f"#:{min(len(text), 6)}{unknown}", f"p:{'-'.join(speech)}")
    kind = "-".join(speech[:2])
    return shape, (own, *((f"{at}w{lemma}", f"{at}s{shape}", f"{at}p{kind}") for at in WINDOW))


def told(names: Iterable[Name], taken: Iterable[Span]) -> dict[int, str]:
    """What others know of each offset: the type of a name found by other means, or that it lies in a value's span."""
    known = {at: f"{name.type}{name.known is not None}" for name in names for at in range(name.start, name.end)}
    return known | {at: _VALUE for start, end in taken for at in range(start, end)}


def features(line: Sequence[Token], others: Mapping[int, str]) -> list[list[str]]:
    """The features of each token of a line; ``others`` is what ``told`` gives for the text."""
    seen = [_telling(token.text, token.lemma, token.speech, token.unknown) for token in line]
    shapes = [*(shape for shape, _ in seen), "$"]
    placed = [_NOTHING, _NOTHING, *(told for _, told in seen), _NOTHING, _NOTHING]
    lemmas = ["^", *(token.lemma for token in line), "$", "$"]
    hints = ["^", *(others.get(token.start, "") for token in line), "$"]
    made = []
    for i, shape in enumerate(shapes[:-1]):
        before, lemma, behind = lemmas[i : i + 3]
        made.append(
            [
                *placed[i + 2][0],
                *placed[i][1],
                *placed[i + 1][2],
                *placed[i + 2][3],
                *placed[i + 3][4],
                *placed[i + 4][5],
                f"k{hints[i + 1]}",
                f"-k{hints[i]}",
                f"+k{hints[i + 2]}",
                f"kk{hints[i + 1]}{behind}",
                f"b{before}|{lemma}",
                f"n{lemma}|{behind}",
                f"bs{before}|{shape}",
                f"ns{shape}|{behind}",
                f"nn{shape}{shapes[i + 1]}|{lemmas[i + 3]}",
            ]
        )
    return made


class Tagger:
    """Finds names; the model is read with the first text."""

    def __init__(
        self,
        morphemes: Callable[[str], Iterable[Any]],
        nouns: Mapping[str, str],
        pointing: Collection[str],
        cover: Callable[[str, int, int, str], Span],
        known: Callable[[str, str], KnownEntity | None],
    ) -> None:
        """``morphemes`` is the tokeniser, ``nouns`` are common nouns, ``pointing`` words that stand for a name (同社).

        ``cover`` takes in what stands around a name of a type, ``known`` tells the ontology's entry of a name and type.
        """
        self._morphemes, self._nouns, self._pointing = morphemes, nouns, frozenset(pointing)
        self._cover, self._known = cover, known
        self._model: Any = None

    def added(self, text: str, names: Sequence[Name], taken: Sequence[Span]) -> tuple[Name, ...]:
        """``names`` with those that the tagger is sure of, which replace what was guessed, never what the ontology knows.

        ``taken`` are the spans of values and dates.
        """
        at = {place: number for number, name in enumerate(names) for place in range(name.start, name.end)}
        dropped: set[int] = set()
        found = []
        for tagged in self.find(text, names, taken):
            over = {at[place] for place in range(tagged.start, tagged.end) if place in at}
            if any(_surer(names[number], tagged, text) for number in over) or self._common(text[tagged.start : tagged.end]):
                continue
            dropped |= over
            found.append(self._name(text, tagged))
        kept = [name for number, name in enumerate(names) if number not in dropped]
        return _apart(sorted((*kept, *found), key=lambda name: name.cover)) if found else tuple(names)

    def find(self, text: str, names: Sequence[Name], taken: Sequence[Span]) -> Iterator[Tagged]:
        """The names of ``text`` of which the tagger is sure enough, in order, whatever others know."""
        if self._model is None:
            self._model = _loaded()
        others = told(names, taken)
        for line in tokens(text, self._morphemes, others):
            yield from self._line(line, features(line, others))

    def _line(self, line: Sequence[Token], seen: list[list[str]]) -> Iterator[Tagged]:
        labels = self._model.tag(seen)
        at = 0
        while at < len(labels):
            first, kind = at, labels[at][2:]
            at += 1
            while kind and at < len(labels) and labels[at] == f"I-{kind}":
                at += 1
            if kind and min(self._model.marginal(labels[i], i) for i in range(first, at)) >= SURE:
                yield Tagged(line[first].start, line[at - 1].end, TYPES[kind])

    def _name(self, text: str, tagged: Tagged) -> Name:
        start, end = tagged.start, tagged.end
        known = self._known(text[start:end], tagged.type)
        cover = self._cover(text, start, end, tagged.type)
        return Name(start, end, cover, tagged.type, text[start:end], known, known.maker if known else None)

    def _common(self, words: str) -> bool:
        """Whether words are no name but a description (新しいデータセンター), stand for a name (同社), or name a file."""
        if words in self._pointing or words.startswith(("同", "この", "その")) or _FILE.search(words):
            return True
        size = next((size for size in range(min(len(words), 16), 1, -1) if words[-size:] in self._nouns), 0)
        rest = words[: len(words) - size]
        return (bool(size) and rest.endswith("の")) or not any(map(_naming, self._morphemes(rest)))


def _surer(name: Name, tagged: Tagged, text: str) -> bool:
    """Whether a name that others found is kept: a known one, the same, a town without its state, a firm without its form."""
    if name.known is not None or name.maker is not None or (name.start, name.end) == (tagged.start, tagged.end):
        return True
    rest = text[tagged.start : tagged.end].replace(text[name.start : name.end], "")
    return name.type == tagged.type and (name.type == "Place" or _BESIDE.fullmatch(rest.strip()) is not None)


def _apart(names: Iterable[Name]) -> tuple[Name, ...]:
    """Without names that overlap one before them."""
    made: list[Name] = []
    for name in names:
        if not made or made[-1].cover[1] <= name.cover[0]:
            made.append(name)
    return tuple(made)


def _loaded() -> Any:
    import pycrfsuite

    model = pycrfsuite.Tagger()
    with as_file(MODEL) as path:
        model.open(str(path))
    return model
