"""Names that no list has: told by their script, their endings, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from ingest.named import ANY, Name, Span
from ontology.lexicon import NameRules

# What a description may put before a kind of organisation (米AI企業, 大手テック企業).
EPITHETS = frozenset("AIテック半導体電力米英新著名大手有力新興老舗系外資地元国内海外数社")
ALL = frozenset("全各両新現前元副同他当本女男")  # what may stand before a post and is no family name
_LIMITS = (
    ("^[ァ-ヺ", "(?<![ァ-ヺ])(?<![ァ-ヺ]ー)[ァ-ヺ"),
    ("]*", "]{0,30}"),
    ("]+", "]{1,30}"),
    ("]{2,}", "]{2,30}"),
    ("]{1,}", "]{1,30}"),
    (")*", "){0,6}"),
    (")+", "){1,6}"),
)


def _limited(written: str) -> re.Pattern[str]:
    """The pattern with an end to all its repetitions and ``^`` where a run of katakana begins: a megabyte takes linear time."""
    for endless, ending in _LIMITS:
        written = written.replace(endless, ending)
    return re.compile(written)


_COINED = re.compile(
    r"(?<![ァ-ヺー一-龥々A-Za-z])[ァ-ヺ][ァ-ヺー]{2,}(?:・[ァ-ヺ][ァ-ヺー]+){0,2}(?=[はがをにとへも、]|から|による|との|への|など|買収|出資|提携|傘下)"
)


class UnknownNames:
    """Finds them in what the known names have left."""

    def __init__(
        self,
        rules: NameRules,
        nouns: Mapping[str, str],
        common: Iterable[str],
        posts: Iterable[str],
        is_coined: Callable[[str], bool],
        person_in: Callable[[str], str],
        cover: Callable[[str, int, int, str], Span],
    ) -> None:
        """``common`` are words that are no names; ``is_coined`` tells words of no dictionary, ``person_in`` the person's
        name at the end of a run of kanji; ``cover`` brackets a name."""
        self._rules = rules
        self._nouns = nouns
        self._plain = frozenset(common)
        self._posts = sorted(posts, key=len, reverse=True)
        self._is_coined = is_coined
        self._person_in = person_in
        self._cover = cover

    @cached_property
    def _patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        rules = self._rules
        who = (
            r"^[ァ-ヺ][ァ-ヺー]*(?:[・=][ァ-ヺ][ァ-ヺー]*)+|[A-Z][a-z]+(?: (?:[A-Z]\.|[A-Z][a-z'-]+)){1,3}"
            r"|[一-龥々]{2,5}|^[ァ-ヺ][ァ-ヺー]{1,}|[A-Z][a-z]+"
        )
        post = "|".join(map(re.escape, self._posts))
        honorific = "|".join(map(re.escape, rules.honorifics[:5]))
        suffix = "|".join(map(re.escape, sorted(rules.organization_suffixes, key=len, reverse=True)))
        words = "|".join(map(re.escape, sorted(rules.organization_words, key=len, reverse=True)))
        places = "|".join(rules.place_suffixes)
        latin = r"[A-Z][A-Za-z0-9&.'+-]*"
        return (
            ("Person", _limited(rf"({who})(?=\s?(?:{honorific}))")),
            (
                "Person",
                _limited(rf"(^[ァ-ヺ][ァ-ヺー]*[・=][ァ-ヺー・=]+|[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+)(?=\s?(?:{post}))"),
            ),
            ("Person", _limited(rf"(?<=の)([一-龥々]{{2,4}})(?={post})")),
            (
                "Organization",
                _limited(
                    r"(?:株式会社|合同会社)([ァ-ヺー一-龥々A-Za-z0-9・.&]+)|([ァ-ヺー一-龥々A-Za-z0-9・.&]+)(?:株式会社|合同会社)"
                ),
            ),
            ("Organization", _limited(rf"({latin}(?: {latin})*? (?:{words}))(?![A-Za-z])")),
            ("Organization", _limited(rf"({latin}(?: {latin}){{0,3}})(?=社(?![員長会内外]))")),
            ("Organization", _limited(r"(^[ァ-ヺ][ァ-ヺー・]+)(?=社(?![員長会内外]))")),
            (
                "Organization",
                _limited(
                    rf"((?:^[ァ-ヺー]{{2,}}|[一-龥々]{{2,6}}|[A-Za-z]{{2,}})(?:[ァ-ヺー一-龥々]{{0,8}})(?:{suffix}))(?![ァ-ヺー一-龥々])"
                ),
            ),
            ("Place", _limited(r"(?<=[州県国])([ァ-ヺー]{2,}(?:郡|市)?)(?![ァ-ヺー])")),
            ("Place", _limited(rf"(^[ァ-ヺ][ァ-ヺー・]+(?:{places})|[一-龥々]{{1,3}}(?:県|市|郡))(?![一-龥々場民])")),
            (
                ANY,
                _limited(
                    r"((?<![A-Za-z0-9.@/_#:-])[A-Z][A-Za-z0-9&'+]*(?:[.-][A-Za-z0-9]+)*"
                    r"(?: [A-Z0-9][A-Za-z0-9&'+]*(?:[.-][A-Za-z0-9]+)*){0,4})(?![A-Za-z@])"
                ),
            ),
        )

    def find(self, text: str, busy: bytearray) -> Iterator[Name]:
        yield from self._introduced(text, busy)
        yield from self._coined(text, busy)
        yield from self._titled(text, busy)
        for kind, pattern in self._patterns:
            for found in pattern.finditer(text):
                group = next((i for i in range(1, (found.lastindex or 0) + 1) if found[i]), 0)
                start, end = found.span(group)
                name = text[start:end].strip()
                if not name or any(busy[start:end]) or self._common(name, kind):
                    continue
                cover = self._cover(text, found.start(), found.end(), kind)
                busy[start:end] = b"\1" * (end - start)
                yield Name(start, start + len(name), cover, kind, name)

    def _titled(self, text: str, busy: bytearray) -> Iterator[Name]:
        """Japanese names before a post or an honorific: 沖津雅浩社長, 同社田中会長, 原口准教授."""
        for found in self._before_post.finditer(text):
            name = "" if found[1] in ALL else self._person_in(found[1])
            start, end = found.end(1) - len(name), found.end(1)
            if name and not any(busy[start:end]) and not self._common(name, "Person"):
                busy[start:end] = b"\1" * (end - start)
                yield Name(start, end, self._cover(text, start, end, "Person"), "Person", name)

    @cached_property
    def _before_post(self) -> re.Pattern[str]:
        posts = "|".join(map(re.escape, (*self._posts, *self._rules.honorifics)))
        return re.compile(rf"(?<![一-龥々])([一-龥々]{{1,8}}?)(?=\s?(?:{posts}))")

    def _coined(self, text: str, busy: bytearray) -> Iterator[Name]:
        """Words in katakana that no dictionary has, standing where a name stands: テラノードは."""
        for found in _COINED.finditer(text):
            start, end = found.span()
            word = found[0]
            if (
                any(busy[start:end])
                or word in self._nouns
                or word in self._plain
                or any(word.endswith(n) for n in self._nouns if len(n) > 3)
            ):
                continue
            if self._is_coined(word):
                busy[start:end] = b"\1" * (end - start)
                yield Name(start, end, self._cover(text, start, end, ANY), ANY, word)

    def _common(self, name: str, kind: str) -> bool:
        if kind == ANY:
            parts = name.split(" ")
            return all(part in self._rules.not_names for part in parts) or len(name) < 2 or name.isdigit()
        if kind == "Organization":
            if name.endswith(("会社", "企業")) and not name.endswith(("株式会社", "合同会社")):
                return True
            if name.endswith(
                (
                    "会社",
                    "企業",
                    "各社",
                    "他社",
                    "本社",
                    "支社",
                    "両社",
                    "同社",
                    "大手",
                    "委員会",
                    *self._rules.organization_suffixes,
                )
            ) and any(
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
        if kind == "Person":
            common = any(name[-size:] in self._nouns for size in range(2, len(name)))
            if common or name in ("同", "両") or name in self._rules.not_names:
                return True
            if any(post.startswith(name) for post in self._posts):
                return True
        return name in self._nouns or name in self._posts

    def _closing(self, name: str) -> str:
        """「千歳AIファクトリー」 says itself what it is; so does no bare noun."""
        noun = next((name[-size:] for size in range(len(name) - 2, 2, -1) if name[-size:] in self._nouns), "")
        return (
            self._nouns[noun]
            if noun and self._nouns[noun] in ("Facility", "Model") and name[: -len(noun)] not in EPITHETS
            else ""
        )

    def _introduced(self, text: str, busy: bytearray) -> Iterator[Name]:
        """「X」 behind a common noun, or before という and a common noun, is a thing of that noun's kind."""
        for found in re.finditer(r"[「『“]([^「」『』“”\n。、]{1,30})[」』”]", text):
            start, end = found.span(1)
            if any(busy[start:end]):
                continue
            before = text[max(0, found.start() - 14) : found.start()]
            kind = next(
                (self._nouns[before[-size:]] for size in range(len(before), 1, -1) if before[-size:] in self._nouns), ""
            )
            if not kind:
                behind = re.match(r"(?:と呼ばれる|という|と名付けた|と名付けられた)?[^、。「]{0,12}?", text[found.end() :])
                tail = text[found.end() + (behind.end() if behind else 0) : found.end() + 20]
                kind = next((self._nouns[tail[:size]] for size in range(12, 1, -1) if tail[:size] in self._nouns), "")
            name = text[start:end]
            if (not kind and re.match(r"プロジェクト|Project ", name)) or (
                name.endswith(("計画", "プロジェクト", "構想", "イニシアチブ"))
                and re.search(r"[ァ-ヺA-Za-z]", name) is not None
            ):
                kind = "Project"
            kind = kind or self._closing(name)
            if kind and kind != "Person" and (re.match(r"[A-Zァ-ヺ一-龥々]", name)) and not re.search(r"[はがをにで]", name):
                busy[start:end] = b"\1" * (end - start)
                yield Name(start, end, found.span(), kind, name)
