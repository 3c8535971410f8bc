"""Names in a text: those that the ontology knows, by every alias, and those that the text itself gives and repeats.

Offsets are code points into the normalised text, end exclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import islice

import ahocorasick

from ingest.longer import LongerNames
from ingest.named import ANY, Name, Span, companies, composed, discovered, fold, full_names, homed
from ingest.people import RANK, People
from ingest.told import ToldNames
from ingest.unknown import UnknownNames
from ontology.lexicon import NameRules, patterns
from ontology.model import KnownEntity

__all__ = ["ANY", "Name", "NameFinder", "discovered", "fold"]

_MOST_SHORT = 50  # short names that one text gives
_RE = patterns("names")
_FIRM = patterns("unknown")["firm"]
_ASCII = re.compile(r"[A-Za-z0-9]")
_Hit = tuple[int, int, list[tuple[KnownEntity, bool]]]
_FILE = re.compile(r"\.(?:json|ya?ml|csv|tsv|txt|md|html?|py|js|xml|pdf|zip|png|jpe?g)(?![A-Za-z])|@[A-Za-z]|://")
_CARRIER = re.compile(r"(?<![A-Za-z0-9&.'+-] )(?<![A-Za-z0-9&.'+-])([A-Z][a-z]{2,}) $")


class NameFinder:
    """Finds names; built once per ontology."""

    def __init__(
        self,
        entities: Mapping[str, KnownEntity],
        rules: NameRules,
        nouns: Mapping[str, str],
        posts: Iterable[str],
        common: Iterable[str] = (),
        beside: Iterable[str] = (),
        is_coined: Callable[[str], bool] = lambda _: False,
        person_in: Callable[[str], str] = lambda _: "",
        proper: Callable[[str], str] = lambda _: "",
    ):
        """Indexes every label of ``entities``; ``nouns`` are common nouns and their types, ``posts`` the posts of people.

        ``common`` are words that are no names, ``beside`` nouns that a company's name may stand before.
        """
        self._rules = rules
        self._plain = frozenset(common)
        self._nouns = nouns
        self._kinds = tuple(noun for noun in nouns if len(noun) > 2)
        self._automaton = ahocorasick.Automaton()
        table: dict[str, list[tuple[KnownEntity, bool]]] = {}
        for entity in entities.values():
            for text in dict.fromkeys([*(label.text for label in entity.labels)]):
                table.setdefault(fold(text)[0], []).append(
                    (entity, text in entity.weak or (text in entity.tickers and len(text) < 3))
                )
        for key, owners in table.items():
            if key:
                self._automaton.add_word(key, (len(key), owners))
        self._automaton.make_automaton()
        self._posts = sorted(posts, key=len, reverse=True)
        self._makers = {e.maker: maker for e in entities.values() if e.maker and (maker := entities.get(e.maker))}
        self._is_proper = proper
        self._longer = LongerNames(rules, proper, self._listed)
        self._told = ToldNames(rules, nouns, self._plain, proper)
        self._unknown = UnknownNames(rules, nouns, common, self._posts, (*posts, *beside), is_coined, proper, self.cover)
        self._people = People(rules, nouns, self._posts, person_in, proper, self.cover)

    @cached_property
    def _firm(self) -> re.Pattern[str]:
        """What behind a name in kanji makes another company of it."""
        closing = "|".join(s for s in self._rules.organization_suffixes if re.fullmatch(r"[一-龥]{2,}", s))
        return re.compile(rf"(?:{closing})(?![一-龥々ァ-ヺー])")

    @cached_property
    def _honorific(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, self._rules.honorifics)))

    @cached_property
    def _ranked(self) -> re.Pattern[str]:
        return re.compile(rf"{RANK}(?:{self._post.pattern})|ら|両|夫妻|家")

    @cached_property
    def _post(self) -> re.Pattern[str]:
        return re.compile(
            r"(?:元|前|現)?(?:"
            + "|".join(map(re.escape, self._posts))
            + r")(?:兼(?:"
            + "|".join(map(re.escape, self._posts))
            + "))?"
        )

    def find(self, text: str, taken: Iterable[Span] = ()) -> tuple[Name, ...]:
        """All names of ``text`` in order, none overlapping another or a span in ``taken`` (quantities, dates)."""
        busy = bytearray(len(text) + 1)
        for start, end in taken:
            busy[start:end] = b"\1" * (end - start)
        hits = self._hits(text, busy)
        hits = self._outgrown(text, hits)
        names = self._told_first(text, hits, busy)
        names += self._known(text, [hit for hit in hits if not any(busy[hit[0] : hit[1]])])
        for name in names:
            busy[name.cover[0] : name.cover[1]] = b"\1" * (name.cover[1] - name.cover[0])
        names += self._people.find(text, busy)
        names += self._placed(text, names, busy)
        names += self._unknown.find(text, busy)
        names = homed(text, companies(text, names))
        names += self._again(text, names, busy)
        names = full_names(names)
        names = self._parted(text, names)
        return composed(text, sorted(self._abbreviated(text, names), key=lambda name: name.start))

    def _placed(self, text: str, names: list[Name], busy: bytearray) -> list[Name]:
        """An unknown name with its home around it is an organisation: ミナト演算(横浜市), スイスのファースティックは."""
        made = []
        for place in names:
            found = _RE["homed"].match(text, place.cover[1]) if place.type == "Place" else None
            if found and not any(busy[found.start(1) : found.end(1)]) and self._coined_name(found[1]):
                busy[found.start(1) : found.end(1)] = b"\1" * len(found[1])
                made.append(Name(*found.span(1), found.span(1), "Organization", found[1]))
            opening = place.cover[0] - 1
            opening -= len("本社:") if text[: place.cover[0]].endswith("本社:") else 0
            if place.type != "Place" or text[opening : opening + 1] not in ("(", "（"):
                continue
            run = re.search(r"[一-龥々ァ-ヺーA-Za-z0-9・&-]{2,20}$", text[max(0, opening - 20) : opening])
            if run is None or run[0].endswith((*self._nouns, *self._rules.honorifics, *self._posts)):
                continue
            start = opening - len(run[0])
            if not any(busy[start:opening]):
                busy[start:opening] = b"\1" * (opening - start)
                made.append(Name(start, opening, (start, opening), "Organization", run[0]))
        return made

    def _coined_name(self, word: str) -> bool:
        common = word.endswith(self._kinds) or word in self._plain
        return not common and self._is_proper(word) in ("Unknown", "Name", "Joined")

    def _again(self, text: str, names: list[Name], busy: bytearray) -> list[Name]:
        """Every further mention of a name that the text has introduced once with its kind."""
        made = []
        told = {
            name.text: name
            for name in names
            if name.known is None
            and name.type in ("Organization", "Person", "Facility", "Project", "Model")
            and len(name.text) > 2
        }
        for word in sorted(told, key=len, reverse=True):
            for found in re.finditer(re.escape(word), text):
                start, end = found.span()
                if not any(busy[start:end]) and self._edges(text, start, end):
                    busy[start:end] = b"\1" * (end - start)
                    first = told[word]
                    made.append(Name(start, end, self.cover(text, start, end, first.type), first.type, first.text))
        return made

    def _parted(self, text: str, names: list[Name]) -> list[Name]:
        """With the first part of an organisation's name told to be it: SK after SKグループ."""
        whole = {
            head: n for n in reversed(names) if n.type == "Organization" and (head := self._head(n.text)) and head != n.text
        }
        busy = bytearray(len(text) + 1)
        for n in names:
            if n.text not in whole or n.known is not None:
                busy[n.cover[0] : n.cover[1]] = b"\1" * (n.cover[1] - n.cover[0])
        made = [n for n in names if busy[n.start]]
        for head, owner in whole.items():
            for found in re.finditer(re.escape(head), text):
                start, end = found.span()
                if start > owner.start and not any(busy[start:end]) and self._edges(text, start, end):
                    cover = self.cover(text, start, end, owner.type)
                    made.append(Name(start, end, cover, owner.type, owner.text, owner.known, owner.maker))
                    busy[start:end] = b"\1" * (end - start)
        return made

    def _head(self, name: str) -> str:
        """The part of an organisation's name that may stand for it; empty where that is a common word."""
        head = re.split("[・ ]", name)[0] if re.search("[・ ]", name) else name.removesuffix("グループ")
        head = head.removesuffix("ホールディングス")
        common = head in self._nouns or head in self._plain or head in self._rules.not_names or head in self._rules.common_heads
        place = self._is_proper(head) in ("", "Place", "Person") and not re.search("[A-Z]", head)
        return "" if common or place or len(head) < 2 else head

    def _abbreviated(self, text: str, names: list[Name]) -> list[Name]:
        """With the short names that the text itself gives: 北方電算株式会社(以下「北電」)."""
        given = dict(islice(self._shortened(text, names), _MOST_SHORT))
        over: dict[int, Name | None] = {i: name for name in names for i in range(name.start, name.end)} if given else {}
        for short, owner in given.items():
            for place in re.finditer(re.escape(short), text):
                start, end = place.span()
                hit = {name.start: name for i in range(start, end) if (name := over.get(i))}.values()
                if not self._edges(text, start, end) or any(
                    n.start <= start and end <= n.end and n.end - n.start > end - start for n in hit
                ):
                    continue
                for name in hit:
                    over.update(dict.fromkeys(range(name.start, name.end)))
                cover = self.cover(text, start, end, owner.type)
                over.update(
                    dict.fromkeys(range(start, end), Name(start, end, cover, owner.type, owner.text, owner.known, owner.maker))
                )
        return list({name.start: name for name in over.values() if name}.values()) if given else names

    def _shortened(self, text: str, names: list[Name]) -> Iterator[tuple[str, Name]]:
        """The short names with the name in front of the bracket that gives them."""
        ends = {name.cover[1]: name for name in names}
        for found in _RE["short"].finditer(text):
            at = found.start()
            at -= len("株式会社") if text.endswith("株式会社", 0, at) and at not in ends else 0
            short = found["short"].strip()
            if at in ends and len(short) > 1:
                yield short, ends[at]

    def _edges(self, text: str, start: int, end: int) -> bool:
        """Whether no run of the same script goes on at either end."""
        return all(
            not (re.match(kind, text[a : a + 1]) and re.match(kind, text[b : b + 1]))
            for kind in (r"[A-Za-z0-9]", r"[ァ-ヺー]")
            for a, b in ((start - 1, start), (end - 1, end))
            if a >= 0
        )

    def _hits(self, text: str, busy: bytearray) -> list[_Hit]:
        """Where labels of the ontology stand, from left to right, of those at one place the longest first."""
        folded, back = fold(text)
        found = list(self._read_aloud(text))
        for last, (length, owners) in self._automaton.iter(folded):
            start, end = back[last - length + 1], back[last] + 1
            if any(busy[start:end]) or not self._bounded(text, start, end, busy) or "\n" in text[start:end]:
                continue
            if fitting := [(owner, weak) for owner, weak in owners if self._suits(text, start, end, owner)]:
                found.append((start, end, fitting))
        return sorted(found, key=lambda hit: (hit[0], hit[0] - hit[1]))

    def _outgrown(self, text: str, hits: list[_Hit]) -> list[_Hit]:
        """Without places that only open a longer name of an organisation: 東京建設機構."""
        return [
            hit
            for hit in hits
            if not all(o.type == "Place" for o, _ in hit[2]) or not self._unknown.opened(text, hit[0], hit[1])
        ]

    def _read_aloud(self, text: str) -> Iterator[_Hit]:
        """A label with its reading in brackets inside: 鴻海(ホンハイ)精密工業."""
        for around in _RE["read"].finditer(text):
            key = fold(around[1] + around[2])[0]
            if self._automaton.exists(key):
                yield (*around.span(), self._automaton.get(key)[1])

    def _told_first(self, text: str, hits: list[_Hit], busy: bytearray) -> list[Name]:
        """Names that the text sets apart and that are more than the known names inside them, at every place they have."""
        made: list[Name] = []
        for name, stronger in self._told.find(text):
            first, last = (bisect_left(hits, at, key=lambda hit: hit[0]) for at in (name.start, name.end))
            rival = any(self._rivals(text, name, hit, stronger) for hit in hits[first:last] if hit[1] <= name.end)
            if not rival and not any(busy[name.start : name.end]):
                if name.cover == (name.start, name.end):
                    name = replace(name, cover=self.cover(text, name.start, name.end, name.type))
                made.append(name)
                busy[name.cover[0] : name.cover[1]] = b"\1" * (name.cover[1] - name.cover[0])
        return made + self._again(text, made, busy)

    def _rivals(self, text: str, name: Name, hit: _Hit, stronger: Collection[str]) -> bool:
        """Whether a known name inside one that the text tells is what is meant (「GB200 NVL72」)."""
        start, end, owners = hit
        rest = text[name.start : start] + text[end : name.end]
        sure = [owner for owner, weak in owners if not weak or owner.type == name.type]
        if not rest or (stronger and _RE["parts"].fullmatch(rest)):
            return bool(sure)
        return any(owner.type in stronger for owner in sure)

    def _known(self, text: str, found: list[_Hit]) -> Iterator[Name]:
        chosen, at = [], 0
        for start, end, owners in found:
            if start >= at:
                chosen.append((start, end, owners))
                at = end
        strong = {owner.id for start, end, owners in chosen for owner, weak in owners if not weak}
        for start, end, owners in chosen:
            supported = self._supported(text, start, end)
            owner = next((o for o, weak in owners if not weak), None) or next(
                (o for o, _ in owners if o.id in strong or o.type == supported or self._plausible(text, start, end, o, strong)),
                None,
            )
            if owner is not None:
                if owner.id not in strong:
                    strong.add(owner.id)
                name = self._name(text, start, end, owner)
                yield self._plain_version(name, owner) if name.known is None else name

    def _plain_version(self, name: Name, owner: KnownEntity) -> Name:
        """A version that no list has, said with its maker, is called without it too: OpenAI GPT-5.6, but not DeepSeek V4."""
        maker = self._makers.get(name.maker or "")
        said = next((label.text for label in maker.labels if name.text.startswith(label.text + " ")), "") if maker else ""
        rest = name.text[len(said) + 1 :]
        alone = any(rest.startswith(label.text) for label in owner.labels)
        return replace(name, text=rest, full=name.text) if said and alone else name

    def _bounded(self, text: str, start: int, end: int, busy: bytearray) -> bool:
        first, last = text[start], text[end - 1]
        before, behind = text[start - 1 : start], text[end : end + 1]
        if _ASCII.match(first) and _ASCII.match(before or " "):
            return False
        if _ASCII.match(last) and _ASCII.match(behind or " ") and not busy[end]:  # GPU10万基: a value begins
            return False
        if first.isupper() and self._carried(text, start):
            return False
        quoted = before in ("'", "’") and start > 1 and _ASCII.match(text[start - 2])
        if quoted or (_ASCII.match(last) and _FILE.match(text, end)):
            return False
        run = _RE["kana_run"].match(text, start, end)
        if run and _RE["kana"].match(before or " ") and len(run[0]) < 5:
            return False  # no スケールAI in ハイパースケールAI
        return not (_RE["kana"].match(last) and _RE["kana"].match(behind or " ")) or self._noun_at(text, end)

    def _carried(self, text: str, start: int) -> bool:
        """Whether a word in Latin script that no list has stands before: Scaled Cognition is not Cognition."""
        found = _CARRIER.search(text, max(0, start - 24), start)
        return found is not None and found[1] not in self._rules.not_names and not self._automaton.exists(fold(found[1])[0])

    def _suits(self, text: str, start: int, end: int, owner: KnownEntity) -> bool:
        """Whether the words around leave a label what it is: no 鈴木健 in 鈴木健一, no 千葉 in 千葉氏."""
        if (
            owner.type in ("Person", "Organization")
            and text[start - 1 : start] in tuple("州郡")
            and _RE["kana"].match(text[start])
        ):
            return False  # テキサス州テイラー
        if owner.type == "Organization" and (
            _RE["market"].match(text, end) or (_RE["kanji"].match(text[end - 1]) and self._firm.match(text, end))
        ):
            return False  # 東証プライム, 東電不動産
        if owner.type != "Person":
            if text[start - 1 : start] == "・" and self._honorific.match(text, end):  # ロビン・クーダ氏
                return False
            closing = ("語", "人") if owner.type == "Organization" else self._rules.not_before
            named = owner.type == "Place" and end - start < 4 and _RE["called"].match(text, end)
            return not named and not (end - start < 5 and text.startswith(closing, end))
        if text[start - 1 : start] == "・" and _RE["kana"].match(text[start - 2 : start - 1]):
            return False
        goes_on = _RE["kanji"].match(text[end - 1]) and _RE["kanji"].match(text, end)
        return not goes_on or bool(self._honorific.match(text, end) or self._ranked.match(text, end))

    def _noun_at(self, text: str, at: int) -> bool:
        return any(text[at : at + size] in self._nouns for size in range(2, 13))

    def _supported(self, text: str, start: int, end: int) -> str:
        """The type that the words around ask for, or an empty string."""
        if self._honorific.match(text, end) or self._post.match(text, end):
            return "Person"
        if text[end : end + 1] == "社":
            return "Organization"
        left = start - 1 if text[start - 1 : start] in ("「", "『", "“") else start
        before = text[max(0, left - 14) : left]
        if before.endswith("プラットフォーム") or re.search(r"(?:^|[^一-龥々ァ-ヺー])[米英仏独韓台印加豪蘭]・?$", before):
            return "Organization"
        return next((self._nouns[before[-size:]] for size in range(len(before), 1, -1) if before[-size:] in self._nouns), "")

    def _plausible(self, text: str, start: int, end: int, owner: KnownEntity, strong: set[str]) -> bool:
        """A name that is also a word, used as a name: a company or person in subject or object position of AI news."""
        word = text[start:end]
        if owner.type == "Organization" and (cue := _FIRM.match(text, start)) and cue.end("name") == end:
            return word not in self._nouns
        if (
            (owner.type not in ("Organization", "Person") and not (owner.type == "Place" and self._sited(text, end)))
            or len(word) < 2
            or word in self._nouns
            or word in self._rules.common_words
        ):
            return False
        listed = text[start - 1 : start] in tuple("や、と") and text.startswith(("など", "です", "だ"), end)
        opening = text.startswith("は", end) and (not start or text[start - 1] in "。\n")
        known = strong or (opening and owner.type == "Organization" and _RE["trade"].search(text, end, end + 200))
        inner = start > 1 and text[start - 1] == "・" and _RE["kana"].match(text[start - 2])  # シーモア・クレイ
        return bool(known) and not inner and (listed or bool(_RE["behind"].match(text, end)))

    def _sited(self, text: str, at: int) -> bool:
        """Whether what follows makes a word a place's name: タイの工場, タイ政府."""
        found = re.compile(r"の([^、。の]{0,12})|政府|国内|[東西南北中]部|郊外|法人").match(text, at)
        noun = found[1] if found and found[1] else ""
        sizes = range(2, len(noun) + 1)
        return found is not None and (
            not noun or any(self._nouns.get(noun[i:j]) == "Facility" for j in sizes for i in range(j - 1))
        )

    def _name(self, text: str, start: int, end: int, owner: KnownEntity) -> Name:
        kind, same, end = self._longer.name(text, start, end, owner)
        cover = self.cover(text, start, end, kind)
        known = owner if same else None
        return Name(start, end, cover, kind, text[start:end], known, owner.maker if kind == owner.type else None)

    def _listed(self, word: str) -> bool:
        """Whether a word is a kind of thing or a known name."""
        return word in self._rules.not_names or word in self._nouns or self._automaton.exists(fold(word)[0])

    def known(self, name: str, kind: str) -> KnownEntity | None:
        """The ontology's entry of type ``kind`` that is called so."""
        key = fold(name)[0]
        owners = self._automaton.get(key)[1] if self._automaton.exists(key) else ()
        return next((owner for owner, _ in owners if owner.type == kind), None)

    def cover(self, text: str, start: int, end: int, kind: str) -> Span:
        """A name's span with the brackets and honorifics around it."""
        left, right = start, end
        closing = _RE["closing"].match(text, right) if text[left - 1 : left] in tuple("「『“") else None
        if closing:
            left, right = left - 1, closing.end()
        if kind == "Person" and (found := self._honorific.match(text, right)):
            right = found.end()
        elif (
            kind == "Organization"
            and text[right : right + 1] == "社"
            and text[right : right + 2] not in ("社員", "社長", "社会")
        ):
            right += 1
        return left, right
