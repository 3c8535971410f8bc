"""GiNZA's tokeniser and dependency parser behind plain values (https://github.com/megagonlabs/ginza, UD Japanese).

Only what extraction uses is loaded, the matrix products run on NumPy's BLAS, and equal sentences are parsed once. No spaCy
type leaves this module.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.tokens import Token as Word

__all__ = ["Parser", "Token", "Tree", "tree"]

UNUSED = ("ner", "morphologizer", "compound_splitter", "bunsetu_recognizer")
BATCH = 48
CACHED = 20_000


@dataclass(frozen=True, slots=True)
class Token:
    """A word at ``start:end`` of its sentence; ``head`` is the index of the word it depends on (itself at the root)."""

    text: str
    lemma: str
    tag: str
    dep: str
    head: int
    start: int
    end: int


Tree = tuple[Token, ...]


class Parser:
    """Parses sentences in batches, each different one once."""

    def __init__(self, model: str = "ja_ginza") -> None:
        """Loads nothing yet; the model is loaded with the first sentence."""
        self._model = model
        self._cache: OrderedDict[str, Tree] = OrderedDict()

    @cached_property
    def language(self) -> Language:
        """The spaCy pipeline, on first use; one BLAS thread, so that workers scale to the cores."""
        import spacy
        from thinc.api import NumpyOps

        language = spacy.load(self._model, exclude=list(UNUSED))
        ops = NumpyOps(use_blis=False)
        for _, component in language.pipeline:
            for node in component.model.walk() if hasattr(component, "model") else ():
                node.ops = ops
        return language

    @lru_cache(maxsize=20_000)  # noqa: B019 - one parser lives as long as its process
    def coined(self, word: str) -> bool:
        """Whether the dictionary knows no part of ``word``, or knows it as a proper name."""
        morphemes = self.language.tokenizer.tokenizer.tokenize(word)
        return any(m.is_oov() for m in morphemes) or len(morphemes) == 1 and morphemes[0].part_of_speech()[1] == "固有名詞"

    def parse(self, sentences: Sequence[str]) -> list[Tree]:
        """The trees of ``sentences``, in their order."""
        missing = [text for text in dict.fromkeys(sentences) if text not in self._cache]
        for text, doc in zip(missing, self.language.pipe(missing, batch_size=BATCH), strict=True):
            self._cache[text] = tree(doc)
        made = [self._cache[text] for text in sentences]
        while len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return made


def tree(doc: Doc) -> Tree:
    """A parsed spaCy document as plain tokens."""
    return tuple(_token(word) for word in doc)


def _modern(lemma: str) -> str:
    """報ずる, as the dictionary has it, is written 報じる today."""
    return lemma[:-2] + "じる" if lemma.endswith("ずる") else lemma


def _token(word: Word) -> Token:
    return Token(
        word.text,
        _modern(word.lemma_),
        word.tag_,
        word.dep_,
        word.head.i,
        word.idx,
        word.idx + len(word.text),
    )
