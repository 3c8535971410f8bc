"""Bunsetsu chunks of a parsed sentence with their case, voice and place in the tree (UD Japanese as GiNZA writes it).

Offsets are code points into the sentence as parsed; ``ingest.scene`` maps them back to the article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from ingest.parser import Token, Tree
from ontology.lexicon import patterns, words

_RE = patterns("clauses")
_WORDS = words("clauses")
ABSTRACT = _RE["abstract"]
TORN = "dep"  # how the parser ties a predicate to its topic where it takes both for one bunsetsu
_CASES = words("particles")
_CASE = re.compile("|".join(f"({written})" for written in _CASES))  # the first that fits, as in the table
_MARKED = tuple(_CASES.values())
ARGUMENTS = frozenset("がをにへではも") | {"から", "まで"}


@lru_cache(maxsize=4_096)
def _marked(tail: str) -> tuple[str, bool]:
    """What the particle that opens a tail marks, and whether that binds it to a noun."""
    found = _CASE.match(tail.lstrip("」』）)"))
    case, *binds = _MARKED[found.lastindex - 1] if found and found.lastindex else ("",)
    return case, bool(binds)


@dataclass(eq=False)
class Chunk:
    """A bunsetsu: content words and the function words behind them.

    ``words`` are its content tokens, ``surface`` their text, ``head`` the last of them that carries the meaning, ``tail`` the
    text behind them.
    ``parent`` is the index of the chunk it depends on, ``-1`` at the root; ``bond`` the dependency label of its head.
    ``case`` is what its particle marks, empty without one; ``adnominal`` whether that binds it to a noun (の, による, への …).
    ``topical`` is a topic: は, も, or the bare name that opens a headline (ソフトバンク、Arm買収へ).
    """

    index: int
    start: int
    end: int
    words: tuple[Token, ...]
    head: Token
    tail: str
    bond: str
    parent: int = -1
    children: list[int] = field(default_factory=list)
    governs: bool = False
    surface: str = field(default="", init=False)
    case: str = field(default="", init=False)
    adnominal: bool = field(default=False, init=False)
    topical: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.surface = "".join([word.text for word in self.words])
        self.case, self.adnominal = _marked(self.tail)
        opens = self.index == 0 and self.case == "" and self.tail.startswith("、")
        self.topical = self.case in ("は", "も") or (opens and "固有名詞" in self.head.tag)

    @property
    def verbal(self) -> bool:
        """Whether it is a predicate that inflects: a verb, or a サ変 noun with する (also dropped before a comma: 設立、)."""
        return self._inflected or self.clipped

    @cached_property
    def _inflected(self) -> bool:
        done = re.match(r"(?:さ|し|す|せ|でき|出来|いた|致|なさ|可能)", self.tail)
        return self.head.tag.startswith(("動詞", "形容詞")) or ("サ変" in self.head.tag and bool(done))

    @cached_property
    def _clippable(self) -> bool:
        act = "サ変" in self.head.tag and not _RE["thing"].search(self.surface)
        return act and bool(re.match(r"(?:へ)?[。、]?\s*$", self.tail))

    @property
    def clipped(self) -> bool:
        """Whether it is a サ変 noun that closes a headline's clause, する left out: Bに出資(へ), Bを買収、…."""
        closes = self.parent < 0 or self.bond.startswith("advcl")
        closes = closes or (self.bond.startswith(("nmod", "obl")) and "、" in self.tail)
        return self._clippable and self.governs and closes

    @cached_property
    def passive(self) -> bool:
        """Whether it is passive (れる, られる)."""
        return self.verbal and bool(_RE["passive"].search(self.tail))

    @cached_property
    def finite(self) -> bool:
        """Whether its own ending fixes how it is meant, so that what governs it does not (…しており、 …したが、)."""
        return bool(_RE["finite"].search(self.tail))


def served(sentence: Sequence[Chunk], chunk: Chunk) -> Chunk | None:
    """The clause that a te-form or stem serves (100億円を投じて工場を建てると発表): the next verb it hangs beside or on."""
    if chunk.parent <= chunk.index or not chunk.bond.startswith("advcl") or chunk.finite:
        return None
    beside = (sentence[i] for i in sentence[chunk.parent].children if i > chunk.index)
    return next((c for c in (*beside, sentence[chunk.parent]) if c.verbal), None)


def predicate(sentence: Sequence[Chunk], chunk: Chunk) -> str:
    """The dictionary form of a chunk's predicate, with the word that する or なる only completes (明らかにする)."""
    if not chunk.head.tag.startswith("動詞"):
        return chunk.head.text
    if chunk.head.lemma in ("する", "なる"):
        before = next(
            (sentence[i] for i in reversed(chunk.children) if i == chunk.index - 1 and sentence[i].case == "に"), None
        )
        if before is not None:
            return f"{before.surface}に{chunk.head.lemma}"
    return chunk.head.lemma


def chunks(tree: Tree, text: str) -> tuple[Chunk, ...]:
    """The chunks of ``tree``, in order; ``text`` is the sentence that was parsed."""
    whole = [_bunsetsu(tree, index) for index in range(len(tree))]
    owner = _parted(tree, whole)
    heads = sorted(set(owner))
    number = {head: index for index, head in enumerate(heads)}
    members: dict[int, list[int]] = {head: [] for head in heads}
    for index, head in enumerate(owner):
        members[head].append(index)
    made = [_chunk(tree, text, head, members[head], number[head]) for head in heads]
    for chunk, head in zip(made, heads, strict=True):
        governor = tree[head].head
        if governor < head and whole[governor] == whole[head]:  # parted from the name before it: both depend on the same
            governor = tree[governor].head
        if governor != head and owner[governor] != head:
            chunk.parent = number[owner[governor]]
            made[chunk.parent].children.append(chunk.index)
    _governing(made)
    _modifying(made)
    _joined(made)
    _trying(made)
    _listed(made)
    _freed(made)
    _owned(made)
    _lowered(made)
    _measured(made)
    _neared(made)
    for verb in made:
        _contrasted(made, verb)
    for chunk in made:
        _raised(made, chunk)
        _lifted(made, chunk)
    for chunk in made:
        if chunk.bond == TORN or (
            chunk.bond.startswith("acl") and chunk.verbal and _RE["stem"].search(chunk.tail or chunk.surface)
        ):
            chunk.bond = "advcl_bunsetu"
    _governing(made)
    return tuple(made)


def _governing(made: Sequence[Chunk]) -> None:
    for chunk in made:
        chunk.governs = any(made[i].case in ("を", "に", "と", "が", "で", "まで") or made[i].topical for i in chunk.children)


def _modifying(made: Sequence[Chunk]) -> None:
    """Gives a verb that was parted from the noun behind it what stands before: Aを買収するための."""
    for chunk in made:
        if chunk.bond == "compound" and chunk.verbal and chunk.parent > chunk.index:
            chunk.bond = "acl_bunsetu"
            for index in [i for i in made[chunk.parent].children if i < chunk.index]:
                _hang(made, made[index], chunk.index)


def _joined(made: Sequence[Chunk]) -> None:
    """AといったBに投資する, 田中率いるB: the parser hangs on the verb, or on nothing, what belongs to the noun right behind."""
    for chunk, after in pairwise(made):
        if not after.head.tag.startswith("名詞"):
            continue
        if chunk.case == "例" and chunk.parent > chunk.index:
            noun = after
            while noun.case == "の" and noun.parent > noun.index:  # OpenAIといったAI検索の巨人
                noun = made[noun.parent]
            if noun.index != chunk.parent and noun.head.tag.startswith("名詞"):
                _hang(made, chunk, noun.index)
        elif (chunk.parent < 0 or chunk.bond == TORN) and not chunk.tail and chunk.head.tag.startswith("動詞"):
            chunk.bond = "acl_bunsetu"
            _hang(made, chunk, after.index)


def _trying(made: Sequence[Chunk]) -> None:
    """Xを広げようとしているA: one predicate, of which the parser makes two."""
    for chunk, after in pairwise(made):
        if (
            chunk.verbal
            and (chunk.surface + chunk.tail).endswith("うと")
            and chunk.parent == after.index
            and after.head.lemma == "する"
        ):
            for index in tuple(after.children):
                _hang(made, made[index], chunk.index)
            made[chunk.index].children.remove(chunk.index)
            chunk.tail = f"{chunk.tail[:-1] or 'う'}と{after.surface}{after.tail}"
            chunk.parent, chunk.bond, chunk.case = after.parent, after.bond, after.case
            if after.parent >= 0:
                made[after.parent].children = sorted({*made[after.parent].children, chunk.index} - {after.index})
            after.parent, after.bond = chunk.index, "fixed"


def _listed(made: Sequence[Chunk]) -> None:
    """Aを5台、Bを5台積む: the parser hangs each measure on the next."""
    for chunk in reversed(made):
        noun = made[chunk.parent] if chunk.parent > chunk.index else chunk
        if noun.parent > noun.index > chunk.index and _measure(chunk) and _measure(noun):
            _hang(made, chunk, noun.parent)


def _freed(made: Sequence[Chunk]) -> None:
    """Aは15日、…した; Aで年内に…する: the parser hangs an argument on the one behind it, but both are the verb's."""
    for chunk, after in zip(reversed(made[1:-1]), reversed(made[2:]), strict=True):
        listed = chunk.case == "" and chunk.tail == "、" and chunk.parent == after.parent and not after.verbal and after.case
        if listed and "固有名詞" in chunk.head.tag and re.search("固有名詞|記号", after.head.tag):  # A、Bが
            _hang(made, chunk, after.index)
            chunk.bond = "nmod"
    for chunk in made:
        goes_on = any(c.case == "は" and c.parent == chunk.parent for c in made[chunk.index + 1 : chunk.index + 3])
        closes = chunk.tail == "で、" or (chunk.tail == "、" and goes_on)  # 顧客はAで、… 運営はA、借り手はBだ
        if closes and re.search("固有名詞-(?:一般|人名)", chunk.head.tag) and not chunk.verbal:
            front = min((chunk.index, *chunk.children)) - 1
            own = (made[i] for i in chunk.children if made[i].case == "は")
            topic = next(own, made[front] if front >= 0 else chunk)
            if topic.case == "は" and topic.parent in (chunk.parent, chunk.index) and "固有名詞" not in topic.head.tag:
                _hang(made, topic, chunk.index)
                chunk.bond = "advcl"
    for chunk in reversed(made):
        noun = made[chunk.parent] if chunk.parent > chunk.index else None
        if (
            noun is None
            or chunk.adnominal
            or (chunk.case != "と" and chunk.case not in ARGUMENTS)
            or noun.parent < noun.index
            or noun.verbal
            or (noun.bond == "advcl" and chunk.case == "は")
        ):
            continue
        dated = noun.case == "まで" and noun.adnominal and re.search("副詞可能|助数詞", noun.head.tag)  # Aと3月までの契約を結ぶ
        counted = dated or (noun.case == "の" and "助数詞" in noun.head.tag and noun.parent > noun.index)  # Aと5円の契約を結ぶ
        timed = counted or (noun.case == "" and noun.tail == "、" and re.search("副詞可能|助数詞", noun.head.tag))
        kinds = "名詞-(?:固有|普通名詞-(?:一般|助数詞))" if "固有名詞" in chunk.head.tag else "名詞-(?:固有|普通名詞-一般)"
        plain = noun.case in ARGUMENTS and not noun.adnominal and re.match(kinds, noun.head.tag)
        copular = noun.tail.startswith("で、") and chunk.case in ("は", "が", "も")
        remnant = noun.case == "" and noun.tail == "、" and made[noun.parent].case in ARGUMENTS and not made[noun.parent].verbal
        if remnant and "固有名詞" in noun.head.tag and made[noun.parent].parent > noun.parent:  # XはA、YはBが納める
            _hang(made, noun, made[noun.parent].parent)
        elif not (timed or (plain and not copular) or (noun.case == "" and noun.tail == "、" and "固有名詞" in noun.head.tag)):
            continue
        _hang(made, chunk, noun.parent)


def _measure(chunk: Chunk) -> bool:
    return not chunk.case and chunk.tail in ("", "、") and "助数詞" in chunk.head.tag


def _owned(made: Sequence[Chunk]) -> None:
    """AのAI向け能力は…に達する: the parser hangs on the verb whose a noun is."""
    for chunk in reversed(made[:-2]):
        noun = made[chunk.index + 1]
        if noun.case == "向け" and noun.index + 1 < len(made):
            noun = made[noun.index + 1]
        loose = chunk.case == "の" and chunk.parent > noun.index and made[chunk.parent].verbal and noun is not chunk
        cased = noun.case in ARGUMENTS or (noun.tail == "、" and "助数詞" in noun.head.tag)
        if loose and not noun.verbal and cased and noun.head.tag.startswith("名詞"):
            _hang(made, chunk, noun.index)


def _lowered(made: Sequence[Chunk]) -> None:
    """AはBに5円を投じると決めた: the parser hangs on the outer verb what stands before the inner; so on 少なくとも."""
    for inner, outer in pairwise(made):
        if inner.parent < 0 or not inner.verbal:
            continue
        if inner.tail == "とも" and inner.bond.startswith("advcl"):  # 少なくとも, 遅くとも
            for index in tuple(inner.children):
                _hang(made, made[index], inner.parent)
        quoting = inner.tail.startswith("と") and inner.parent == outer.index and outer.verbal
        if not quoting or any(made[i].case == "を" for i in inner.children):
            continue
        told = [made[i] for i in outer.children if i < inner.index]
        if any(c.case == "を" for c in told):
            after = max((c.index for c in told if c.topical or c.case == "が" or c.tail.startswith("、")), default=-1)
            for chunk in [c for c in told if c.index > after]:
                _hang(made, chunk, inner.index)


def _measured(made: Sequence[Chunk]) -> None:
    """借りる5年契約: the clause is the noun's behind; 装置を5円かけて整備する: the object is the verb's behind."""
    for chunk, after in pairwise(made):
        measure = re.search("助数詞|副詞可能", chunk.head.tag) and not ABSTRACT.search(chunk.surface)
        if chunk.case or chunk.tail or not measure:
            continue
        clauses = [made[i] for i in chunk.children if made[i].bond.startswith("acl")]
        if clauses and after.case and after.head.tag.startswith("名詞"):
            for clause in clauses:
                _hang(made, clause, after.index)
            _hang(made, chunk, after.index)
            chunk.bond = "nmod_bunsetu"
        outer = made[after.parent] if after.verbal and after.parent > after.index else after
        held = [made[i] for i in after.children if i < chunk.index and made[i].case == "を"]
        spent = outer.verbal and outer is not after and _RE["spending"].match(after.head.lemma + after.tail)
        if spent and held and not any(made[i].case == "を" for i in outer.children):
            _hang(made, held[-1], outer.index)


def _neared(made: Sequence[Chunk]) -> None:
    """AはXの訓練にYを10基使い、…と述べた: the parser hangs an object over the verb that it, with its count, stands before."""
    for chunk in made:
        behind = next((c for c in made[chunk.index + 1 : chunk.index + 3] if c.verbal), None)
        if chunk.tail != "を" or behind is None or not behind.index < chunk.parent or "形容詞" in behind.head.tag:
            continue
        counted = all("助数詞" in c.head.tag and not c.tail for c in made[chunk.index + 1 : behind.index])
        spent = _RE["spending"].match(behind.head.lemma + behind.tail)  # GPUを5円かけて整備する
        if counted and not spent and not any(made[i].case == "を" for i in behind.children):
            _hang(made, chunk, behind.index)


def _contrasted(made: Sequence[Chunk], verb: Chunk) -> None:
    """1棟目は4月に稼働し、残る棟は来年完成する: of two topics of a verb with a clause between, the first is that clause's."""
    topics = [i for i in verb.children if made[i].case == "は" and i < verb.index]
    for first, second in pairwise(topics):
        links = [
            c for c in made[first + 1 : second] if c.verbal and c.bond.startswith("advcl") and _RE["closed"].search(c.tail)
        ]
        if links and not any(made[i].case == "は" for i in links[-1].children):
            if links[-1].parent != verb.index:
                _hang(made, links[-1], verb.index)
            _hang(made, made[first], links[-1].index)


def _hang(made: Sequence[Chunk], chunk: Chunk, parent: int) -> None:
    if chunk.parent >= 0:
        made[chunk.parent].children.remove(chunk.index)
    chunk.parent = parent
    made[parent].children = sorted((*made[parent].children, chunk.index))


def _raised(made: list[Chunk], topic: Chunk) -> None:
    """Hangs what no relative clause holds, a topic with は or a clause with が, on the clause around: Aは[北にある]Bで…した."""
    conceding = topic.bond.startswith("advcl") and _RE["conceding"].search(topic.tail)
    if topic.parent < 0 or not (topic.case == "は" or conceding):
        return
    node = made[topic.parent]
    while node.verbal and node.bond.startswith("acl") and node.parent > node.index:
        noun = made[node.parent]
        if ABSTRACT.search(noun.surface) or noun.parent <= noun.index:
            break
        node = noun
        while not node.verbal and node.parent > node.index:
            node = made[node.parent]
    if node.index != topic.parent and node.verbal:
        _hang(made, topic, node.index)


def _lifted(made: Sequence[Chunk], verb: Chunk) -> None:
    """Aが東京で3棟目となるBを着工, Aが東京に新しいBを: what stands before the complement belongs to the verb outside."""
    fresh = verb.head.lemma in _WORDS["fresh"]
    if not (fresh or verb.head.lemma == "なる") or not verb.bond.startswith("acl") or verb.parent <= verb.index:
        return
    outer = made[verb.parent].parent
    complement = verb.index if fresh else next((i for i in verb.children if made[i].case in ("と", "に")), -1)
    for index in [i for i in verb.children if i < complement and made[i].case in ("が", "は", "で", "に", "も")]:
        if outer > verb.parent:
            _hang(made, made[index], outer)


def _bunsetsu(tree: Tree, index: int) -> int:
    """The index of the head of the bunsetsu that a token is in."""
    for _ in range(len(tree)):
        token = tree[index]
        if token.dep.endswith("_bunsetu") or token.head == index:
            return index
        index = token.head
    return index


def _attributive(token: Token) -> bool:
    """Whether a verb stands as it does before a noun."""
    return token.tag.startswith("動詞") and token.text == token.lemma


def _predicative(tree: Tree, index: int) -> bool:
    """Whether a word is a verb, or a noun that する makes one."""
    after = tree[index + 1] if index + 1 < len(tree) else tree[index]
    return tree[index].tag.startswith("動詞") or ("サ変" in tree[index].tag and after.tag.startswith("動詞-非自立可能"))


def _torn(owner: Sequence[int], index: int) -> int:
    """Where the part of a bunsetsu that a word is in begins anew behind other bunsetsus; 0 where it is in one piece."""
    return next((i + 1 for i in range(index, owner[index], -1) if owner[i] != owner[index]), 0)


def _run(tree: Tree, owner: Sequence[int], index: int) -> int:
    """The last of the nouns that stand together in a bunsetsu from a word on."""
    while index + 1 < len(tree) and owner[index + 1] == owner[index] and tree[index + 1].tag.startswith(("名詞", "接尾辞")):
        index += 1
    return index


def _parted(tree: Tree, owner: list[int]) -> list[int]:
    """Takes apart what is no one bunsetsu: a name behind another's particle, a name that a verb follows (田中率いる), a figure
    behind a particle (5倍増の5円、), a verb before a formal noun (買収するための), a predicate that hangs on its topic, over
    what stands between (AはBを備え、…)."""
    made = list(owner)
    for index in range(1, len(tree)):
        name, before = tree[index], tree[index - 1]
        head = made[index]
        if head < index and name.dep == TORN and _predicative(tree, index) and (apart := _torn(made, index)):
            made[apart:] = [index if owned == head else owned for owned in made[apart:]]
        if head < index and name.tag == "名詞-数詞" and (made[index - 1] != head or before.tag.startswith("助詞")):
            last = _run(tree, made, index)
            made[index:] = [last if owned == head else owned for owned in made[index:]]
            continue
        if made[index - 1] != head:
            continue
        if _attributive(before) and name.tag.startswith("名詞") and index <= head:
            verb = index - 2 if before.lemma == "する" and index > 1 else index - 1
            if made[verb] == head and tree[verb].dep == "compound":
                made[:index] = [verb if owned == head else owned for owned in made[:index]]
        elif name.tag.startswith("名詞-固有名詞") and before.tag.startswith("助詞"):
            if head < index:
                made[index:] = [index if owned == head else owned for owned in made[index:]]
        elif index == head and name.tag.startswith("動詞-一般") and before.tag.startswith("名詞-固有名詞"):
            made[:index] = [index - 1 if owned == head else owned for owned in made[:index]]
    return made


def _chunk(tree: Tree, text: str, head: int, members: list[int], number: int) -> Chunk:
    last, bond = head, tree[head].dep
    for index in members:
        if index > last and index == last + 1 and tree[index].tag.startswith(("名詞", "接尾辞")):
            last = index
    first = members[0]
    if last > first and tree[last].text == "向け":  # データセンター向け: a particle by now
        last -= 1
    words = tuple([tree[i] for i in members if i <= last and not tree[i].tag.startswith(("補助記号-読点", "補助記号-句点"))])
    end = tree[members[-1]].end
    return Chunk(number, tree[first].start, end, words or (tree[head],), tree[last], text[tree[last].end : end], bond)
