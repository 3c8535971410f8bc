"""GiNZA's tokeniser and dependency parser behind plain values (https://github.com/megagonlabs/ginza, UD Japanese).

Only what extraction uses is loaded, the matrix products run on NumPy's BLAS in one thread, and equal sentences of an article
are parsed once. No spaCy type leaves this module.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from threadpoolctl import ThreadpoolController

__all__ = ["Parser", "Token", "Tree", "tree"]

UNUSED = ("ner", "morphologizer", "compound_splitter", "bunsetu_recognizer")
BATCH = 96
_GLUED = 0x0FFFFFFF  # the word id of katakana that the tokeniser joined because no dictionary has it
_VARIANTS = str.maketrans("髙﨑德濵邊邉齋栁", "高崎徳浜辺辺斎柳")
_SURNAMES = frozenset(  # of Chinese and Korean names
    "王李張劉陳楊趙黄周呉徐孫胡朱高何郭馬羅梁宋鄭謝韓唐馮董蕭程曹袁鄧許傅沈曾彭呂蘇蔡賈丁魏薛葉余潘杜戴鍾汪任姜姚譚金孔白崔康邱秦史邵孟段湯尹黎賀洪安申権"
)
WORDS = 20_000  # met since the model forgot words last; it then takes about 20 MB more


class Token(NamedTuple):
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
    """Parses sentences in batches, each different one once.

    Nothing is kept from one call to the next: the last bits of a matrix product depend on the batch, and what an article
    says must not depend on what was read before it.
    """

    def __init__(self, model: str = "ja_ginza") -> None:
        """Loads nothing yet; the model is loaded with the first sentence."""
        self._model = model
        self._zone = ExitStack()
        self._base = 0

    @cached_property
    def language(self) -> Language:
        """The spaCy pipeline, on first use."""
        import spacy
        from thinc.api import NumpyOps

        from ingest.encoder import Encoder

        language = spacy.load(self._model, exclude=list(UNUSED))
        ops = NumpyOps(use_blis=False)
        for _, component in language.pipeline:
            for node in component.model.walk() if hasattr(component, "model") else ():
                node.ops = ops
        encoder: Any = language.get_pipe("tok2vec")
        encoder.predict = Encoder(encoder.model, language.vocab).predict
        gc.freeze()  # no need to look through the model for garbage again and again, which took a seventh of the rest
        return language

    def morphemes(self, text: str) -> list[Any]:
        """The words of a text as Sudachi cuts them."""
        tokenizer: Any = self.language.tokenizer
        return list(tokenizer.tokenizer.tokenize(text))

    @lru_cache(maxsize=4_096)  # noqa: B019 - one parser lives as long as its process
    def coined(self, word: str) -> bool:
        """Whether the dictionary knows no part of ``word``, or knows it as a proper name."""
        morphemes = self.morphemes(word)
        return self.proper(word) == "Unknown" or (len(morphemes) == 1 and morphemes[0].part_of_speech()[1] == "固有名詞")

    @lru_cache(maxsize=4_096)  # noqa: B019 - one parser lives as long as its process
    def proper(self, word: str) -> str:
        """What the dictionary has ``word`` for: Person, Full (a surname and a given name), Place, Name (of something else),
        Unknown where it lacks a part, Joined where it has but parts of it; empty for common words."""
        morphemes = self.morphemes(word)
        if any(m.is_oov() or m.word_id() & _GLUED == _GLUED for m in morphemes):
            return "Unknown"
        if [m.part_of_speech()[3] for m in morphemes] == ["姓", "名"]:
            return "Full"
        if len(morphemes) > 1:
            return "Joined"
        speech = morphemes[0].part_of_speech() if morphemes else ("", "", "")
        if speech[1] != "固有名詞":
            return ""
        return {"人名": "Person", "地名": "Place"}.get(speech[2], "Name")

    @lru_cache(maxsize=4_096)  # noqa: B019 - one parser lives as long as its process
    def person(self, run: str) -> str:
        """The person's name that closes a run of kanji (同社田中 → 田中), as the dictionary tells it; empty where none does."""
        name = last = ""
        left = run.translate(_VARIANTS)
        for morpheme in reversed(self.morphemes(left)):
            speech = morpheme.part_of_speech()
            if "人名" not in speech:
                whole = morpheme.surface() + name
                surname = (speech[2] == "地名" and last == "名") or (len(whole) == 3 and whole[0] in _SURNAMES)
                return run if name and whole == left and len(whole) < 5 and surname else run[len(run) - len(name) :]
            name, last = morpheme.surface() + name, speech[3]
        return run[len(run) - len(name) :]

    @cached_property
    def _threads(self) -> ThreadpoolController:
        """For one BLAS thread while parsing: workers scale to the cores, and sums come out the same on every machine size."""
        from threadpoolctl import ThreadpoolController

        return ThreadpoolController()

    def parse(self, sentences: Sequence[str]) -> list[Tree]:
        """The trees of ``sentences``, in their order."""
        self._forget()
        different = list(dict.fromkeys(sentences))
        with self._threads.limit(limits=1, user_api="blas"):
            parsed = self.language.pipe(map(self._doc, different), batch_size=BATCH)
            trees = dict(zip(different, map(tree, parsed), strict=True))
        return [trees[text] for text in sentences]

    def _doc(self, text: str) -> Doc:
        """The words of a sentence as spaCy's tokeniser makes them, without sub-words, readings and inflections."""
        from spacy.tokens import Doc

        if any(map(str.isspace, text)):  # spaCy knows how to part words at spaces
            return self.language.make_doc(text)
        words = [m for m in self.morphemes(text) if m.surface()]
        return Doc(
            self.language.vocab,
            words=[m.surface() for m in words],
            spaces=[False] * len(words),
            tags=["-".join(part for part in m.part_of_speech()[:4] if part != "*") for m in words],
            lemmas=[m.dictionary_form() or m.surface() for m in words],
        )

    def _forget(self) -> None:
        """Lets spaCy drop the words it has met, once there are many, so that memory stays flat over any number of articles."""
        vocabulary = self.language.vocab
        if not self._base or len(vocabulary) - self._base > WORDS:
            self._zone.close()
            self._base = len(vocabulary)
            self._zone.enter_context(self.language.memory_zone())


def tree(doc: Doc) -> Tree:
    """A parsed spaCy document as plain tokens, read at once: a spaCy token is slow to ask."""
    strings = doc.vocab.strings
    rows = enumerate(doc.to_array(["ORTH", "LEMMA", "TAG", "DEP", "HEAD", "IDX"]).tolist())
    return tuple(
        Token(
            text := strings[word],
            _modern(strings[lemma]),
            strings[tag],
            strings[dep],
            at + _signed(head),
            start,
            start + len(text),
        )
        for at, (word, lemma, tag, dep, head, start) in rows
    )


def _signed(head: int) -> int:
    """How far away a head is, which spaCy's unsigned arrays wrap."""
    return head if head < 2**63 else head - 2**64


def _modern(lemma: str) -> str:
    """報ずる, as the dictionary has it, is written 報じる today."""
    return lemma[:-2] + "じる" if lemma.endswith("ずる") else lemma
