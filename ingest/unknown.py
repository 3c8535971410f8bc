"""Names that no list has: told by their script, their endings, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from ingest.longer import BRANCH
from ingest.named import ANY, Name, Span
from ingest.people import limited
from ingest.told import EPITHETS, KIND
from ontology.lexicon import NameRules, patterns

_RE = patterns("unknown")
NEAR = "near"  # the kind of what stands where a place's name stands (首都プラハ): no common word

# A name in hiragana (みらい総研), which no particle, verb or conjunction closes.
_SOFT = (
    r"(?<![ぁ-んァ-ヺー一-龥々])(?!なお|つまり|しかし|ただ|いわゆる|すべて|こちら|どちら|これ|それ|まず|また)[ぁ-ん]{2,5}"
    r"(?<![はがをにもでとてのやるたうず])(?<![しな]い)(?<!から|まで|より|だけ|など|ため|ほぼ)"
)


class UnknownNames:
    """Finds them in what the known names have left."""

    def __init__(
        self,
        rules: NameRules,
        nouns: Mapping[str, str],
        common: Iterable[str],
        posts: Iterable[str],
        beside: Iterable[str],
        is_coined: Callable[[str], bool],
        proper: Callable[[str], str],
        cover: Callable[[str, int, int, str], Span],
    ) -> None:
        """``common`` are words that are no names, ``beside`` nouns that companies have (子会社, CEO); ``is_coined`` tells words
        of no dictionary; ``cover`` brackets a name."""
        self._rules = rules
        self._nouns = nouns
        self._kinds = tuple(noun for noun in nouns if len(noun) > 3)
        self._plain = frozenset(common)
        self._posts = sorted(posts, key=len, reverse=True)
        self._beside = "|".join(sorted(map(re.escape, {*rules.company_owned, *beside}), key=len, reverse=True))
        self._is_coined = is_coined
        self._proper = proper
        self._cover = cover

    @cached_property
    def _coinage(self) -> re.Pattern[str]:
        """A word in katakana where a name may stand."""
        return re.compile(
            r"(?<![ァ-ヺー一-龥々A-Za-z])[ァ-ヺ][ァ-ヺー]{2,}(?:・[ァ-ヺ][ァ-ヺー]+){0,2}"
            rf"(?=[はがをにとへも、]|から|による|との|への|など|の?(?:{self._beside})|株|{_RE['latin'].pattern})"
        )

    @cached_property
    def _suffixes(self) -> tuple[str, ...]:
        return tuple(sorted(self._rules.organization_suffixes, key=len, reverse=True))

    @cached_property
    def _patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        rules = self._rules
        suffix = "|".join(map(re.escape, sorted(rules.organization_suffixes, key=len, reverse=True)))
        words = "|".join(map(re.escape, sorted(rules.organization_words, key=len, reverse=True)))
        places = "|".join(rules.place_suffixes)
        dotted = "|".join(rules.dotted_suffixes)
        near = "|".join(rules.place_leads)
        latin = r"[A-Z][A-Za-z0-9&.'+-]*"
        return (
            (
                "Organization",
                re.compile(
                    r"(?<![^\s、。「『])([^\s、。()「」『』はがをに]{2,20}) ?(?=\((?:証券コード|東証|コード番号|銘柄コード))"
                ),
            ),
            ("Organization", limited(rf"({latin}(?: {latin})*? (?:{words}))(?![A-Za-z])")),
            ("Organization", limited(rf"((?:^[ァ-ヺー]+)(?:・[ァ-ヺー]+)*・[ァ-ヺー]*(?:{dotted})(?:\d+号)?)(?![ァ-ヺー・])")),
            ("Organization", limited(rf"({latin}(?: {latin}){{0,3}}(?<![0-9]))(?=社(?![員長会内外]))")),
            ("Organization", limited(r"(^[ァ-ヺ][ァ-ヺー・]+)(?=社(?![員長会内外]))")),
            ("Organization", limited(r"(?:新会社|合弁会社|完全子会社)(^[ァ-ヺ][ァ-ヺー・]{2,})(?=[はがをにのとへも、])")),
            ("Organization", limited(r"(?<![一-龥々ァ-ヺ])([一-龥々]{1,6}[ァ-ヺ][ァ-ヺー・]+)(?=社(?![員長会内外]))")),
            (
                "Organization",
                limited(
                    rf"((?:^[ァ-ヺー]{{2,}}|(?<![一-龥々)）])[一-龥々]{{2,6}}?|[A-Za-z]{{2,}})(?:[ァ-ヺー一-龥々]{{0,8}}?)(?:{suffix}))(?:(?![ァ-ヺー一-龥々])|(?=(?:{self._beside})の))"
                ),
            ),
            (NEAR, limited(rf"(?:(?:{near}))(^[ァ-ヺ][ァ-ヺー]{{2,}}(?:・[ァ-ヺ][ァ-ヺー]*)?)(?=[はがにでのへと、])")),
            ("Place", limited(r"(?<=[州県国])([ァ-ヺー]{2,}(?:・[ァ-ヺー]{2,}){0,2}(?:郡|市)?)(?![ァ-ヺー])")),
            (
                "Organization",
                limited(r"(?<![一-龥々])([一-龥々]{2,3}大)(?=の[一-龥々]{2,4}(?:名誉|特任)?(?:准?教授|講師|研究員))"),
            ),
            ("Organization", re.compile(rf"({_SOFT}(?:総研|銀行|証券|信託|生命|キャピタル|ベンチャーズ|ホールディングス))")),
            ("Place", limited(r"(?<=[県都道府])([一-龥々]{1,4}(?:市|町|村|郡|区))(?![一-龥々場民])")),
            ("Place", limited(rf"(^[ァ-ヺ][ァ-ヺー・]+(?:{places})|[一-龥々]{{1,3}}(?:県|(?<!都)市|郡))(?![一-龥々場民])")),
            (
                ANY,
                limited(
                    r"((?<![A-Za-z0-9.@/_#:'’-])[A-Z][A-Za-z0-9&'+]*(?:[.-][A-Za-z0-9]+)*"
                    r"(?: [A-Z0-9][A-Za-z0-9&'+]*(?:[.-][A-Za-z0-9]+)*){0,4})(?![A-Za-z@])"
                ),
            ),
        )

    @cached_property
    def _closed(self) -> re.Pattern[str]:
        suffix = "|".join(map(re.escape, (s for s in self._suffixes if len(s) > 1)))
        return re.compile(
            rf"[ァ-ヺー一-龥々]{{0,8}}?(?:{suffix})(?![ァ-ヺー一-龥々])|[ァ-ヺー一-龥々]{{2,10}}(?=社(?![員長会内外]))"
        )

    def opened(self, text: str, start: int, end: int) -> bool:
        """Whether the place at ``start:end`` opens a longer name of an organisation (東京建設機構)."""
        found = self._closed.match(text, end)
        before = text[start - 1 : start]
        if found is None or re.match("[ァ-ヺー一-龥々]", before):
            return False
        return found[0].endswith(self._rules.sure_suffixes) or not self._common(found[0], "Organization")

    def find(self, text: str, busy: bytearray) -> Iterator[Name]:
        yield from self._coined(text, busy)
        for kind, pattern in self._patterns:
            for found in pattern.finditer(text):
                group = next((i for i in range(1, (found.lastindex or 0) + 1) if found[i]), 0)
                start, end = found.span(group)
                if kind == ANY and (taken := busy.find(1, start, end)) > start:
                    end = taken
                name = text[start:end].strip()
                if not name or any(busy[start:end]) or self._common(name, kind):
                    continue
                kind = "Place" if kind == NEAR else kind
                if kind == ANY and (more := BRANCH.match(text, start + len(name))):  # DDCソリューションズ
                    kind, name = "Organization", name + more[0]
                    end = more.end()
                if kind == "Organization" and (lead := KIND.match(name)) and not self._common(name[lead.end() :], kind):
                    start, name = start + lead.end(), name[lead.end() :]  # 電源機器メーカー徳昌電機
                cover = self._cover(text, start, start + len(name), kind)
                busy[start:end] = b"\1" * (end - start)
                yield Name(start, start + len(name), cover, kind, name)

    def _coined(self, text: str, busy: bytearray) -> Iterator[Name]:
        """Words in katakana that no dictionary has, standing where a name stands: テラノードは."""
        firms = {found["name"] for cue in (_RE["firm"], _RE["national"]) for found in cue.finditer(text)}
        for found in self._coinage.finditer(text):
            start, end = found.span()
            word = found[0]
            if (
                any(busy[start:end])
                or word in self._nouns
                or word in self._plain
                or (word.endswith(self._kinds) and not self._odd(word.split("・")[0]))
            ):
                continue
            if word in firms and not self._is_coined(word):
                busy[start:end] = b"\1" * (end - start)
                yield Name(start, end, self._cover(text, start, end, "Organization"), "Organization", word)
                continue
            if self._is_coined(word) or ("・" in word and self._odd(word.split("・")[0])):
                aside = _RE["latin"].match(text, end)  # アイセラ(Icera)
                left, right = (start, aside.end()) if aside else self._cover(text, start, end, ANY)
                busy[start:right] = b"\1" * (right - start)
                yield Name(start, end, (left, right), ANY, word, full=aside[1] if aside else "")
        for found in _RE["abroad"].finditer(text):
            if self._proper(found[0]) == "Place" and not any(busy[found.start() : found.end()]):
                busy[found.start() : found.end()] = b"\1" * len(found[0])
                yield Name(*found.span(), found.span(), "Place", found[0])
        for found in _RE["mixed"].finditer(text):
            start, end = found.span()
            if not any(busy[start:end]) and self._proper(found[0].replace(" ", "")) == "Name":
                kind = KIND.match(found[0])
                start += kind.end() if kind else 0
                busy[start:end] = b"\1" * (end - start)
                yield Name(start, end, self._cover(text, start, end, "Organization"), "Organization", text[start:end])

    def _odd(self, word: str) -> bool:
        return self._proper(word) in ("Unknown", "Name", "Joined", "Place") and word not in self._nouns

    def _common(self, name: str, kind: str) -> bool:
        if kind == ANY:
            parts = name.split(" ")
            return (
                all(part in self._rules.not_names for part in parts) or len(name) < 2 or name.isdigit() or name in self._posts
            )
        if kind == "Organization":
            suffix = next((s for s in self._suffixes if name.endswith(s)), "")
            head = name[: -len(suffix)] if suffix else name
            if head in self._nouns or head in self._plain or head in self._rules.common_heads:
                return True
            if name.endswith(("会社", "企業")) and not name.endswith(("株式会社", "合同会社")):
                return True
            if name.endswith((*self._rules.company_kinds, *self._rules.organization_suffixes)) and any(
                self._nouns.get(name[-size:]) == "Organization" and set(name[:-size]) <= EPITHETS
                for size in range(2, len(name) + 1)
            ):
                return True
            return (
                name in self._nouns
                or name in self._plain
                or name in self._rules.organization_suffixes
                or bool(re.match(r"(?:同|各|他|両|新|当|本|この|一部)", name))
            )
        if kind == NEAR and self._proper(name) == "":
            return True
        if kind == "Place" and name[0] in "本同当他各両":  # 本県
            return True
        if kind == "Place" and name.endswith("シティ") and self._proper(name[:-3]) not in ("Place", "Unknown", "Joined"):
            return True
        return name in self._nouns or name in self._posts
