"""People that no list has: told by honorifics, by posts beside the name, and by the dictionary's surnames and given names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property

from ingest.named import Name, Span
from ontology.lexicon import NameRules

ALL = frozenset("全各両新現前元副同他当本女男")  # what may stand before a post and is no family name
# What a post may begin with: シニアアナリスト, 主任研究員.
RANK = r"(?:シニア|チーフ|グローバル|リード|主任|上級|上席|首席|主席|特別|特任|名誉|統括|常務|専務|最高|元|前|現)?"
KANJI = "一-龥々﨑"
_LIMITS = (
    ("^[ァ-ヺ", "(?<![ァ-ヺ])(?<![ァ-ヺ]ー)[ァ-ヺ"),
    ("]*", "]{0,30}"),
    ("]+", "]{1,30}"),
    ("]{2,}", "]{2,30}"),
    ("]{1,}", "]{1,30}"),
    (")*", "){0,6}"),
    (")+", "){1,6}"),
)
_DOTTED = re.compile(
    r"(?<![ァ-ヺー・一-龥々A-Za-z])[ァ-ヺ][ァ-ヺー]{1,15}(?:[・=](?:[ァ-ヺ][ァ-ヺー]{1,15}|[A-Z]\.?)){0,2}[・=][ァ-ヺ][ァ-ヺー]{1,15}"
    r"(?=[はがをにとのへもや、()（ら]|で、|から|による|など|両|$)",
    re.MULTILINE,
)
_FULL = re.compile(rf"(?<![{KANJI}])([{KANJI}]{{3,5}})(?=[はがをにとのもや、(（ら]|から|による|など)")


def limited(written: str) -> re.Pattern[str]:
    """The pattern with an end to all its repetitions and ``^`` where a run of katakana begins: a megabyte takes linear time."""
    for endless, ending in _LIMITS:
        written = written.replace(endless, ending)
    return re.compile(written)


class People:
    """Finds them in what the known names have left."""

    def __init__(
        self,
        rules: NameRules,
        nouns: Mapping[str, str],
        posts: Iterable[str],
        person_in: Callable[[str], str],
        proper: Callable[[str], str],
        cover: Callable[[str, int, int, str], Span],
    ) -> None:
        """``person_in`` tells the person's name at the end of a run of kanji, ``proper`` what a dictionary has a word for."""
        self._rules, self._nouns = rules, nouns
        self._posts = sorted(posts, key=len, reverse=True)
        self._person_in, self._proper, self._cover = person_in, proper, cover

    def find(self, text: str, busy: bytearray) -> Iterator[Name]:
        """The names in what ``busy`` leaves free; it is filled with them."""
        families: set[str] = set()
        posted = list(self._before_post.finditer(text))
        for start, end in self._spans(text, posted):
            name = text[start:end].strip()
            if name and not any(busy[start:end]) and not self._common(name):
                busy[start:end] = b"\1" * (end - start)
                shown = name if name.isascii() else name.replace(" ", "")
                families |= {shown[:1], shown[:2]} if len(shown) > 2 else set()
                yield Name(start, start + len(name), self._cover(text, start, end, "Person"), "Person", shown)
        for found in posted:
            start, end = found.span(1)
            if found[1] in families and found[1] not in ALL and not any(busy[start:end]):
                busy[start:end] = b"\1" * (end - start)
                yield Name(start, end, self._cover(text, start, end, "Person"), "Person", found[1])

    def _spans(self, text: str, posted: Iterable[re.Match[str]]) -> Iterator[Span]:
        yield from self._titled(posted)
        for pattern in self._patterns:
            for found in pattern.finditer(text):
                yield found.span(1)
        yield from self._behind_post(text)
        for found in self._western.finditer(text):
            yield found.span("name")
        for found in _DOTTED.finditer(text):
            parts = re.split("[・=]", found[0])
            if self._proper(parts[0]) == "Person" and self._proper(parts[-1]) in ("Person", "Unknown"):
                yield found.span()
        for found in _FULL.finditer(text):
            if self._proper(found[1]) == "Full":
                yield found.span(1)

    def _titled(self, posted: Iterable[re.Match[str]]) -> Iterator[Span]:
        """Japanese names before a post or an honorific: 沖津雅浩社長, 同社田中会長, 原口准教授, 三枝 遼氏."""
        for found in posted:
            run = found[1].replace(" ", "")
            name = "" if run in ALL else self._person_in(run)
            spaced = len(name) + (" " in found[1] and len(name) == len(run))
            if name:
                yield found.end(1) - spaced, found.end(1)

    def _behind_post(self, text: str) -> Iterator[Span]:
        """社長は江尾浩昌, 代表取締役 三枝 遼: a name of the dictionary behind a post."""
        for found in self._after_post.finditer(text):
            run = found[1].replace(" ", "")
            if len(run) > 2 and self._person_in(run) == run:
                yield found.span(1)

    @cached_property
    def _one(self) -> str:
        return "|".join(map(re.escape, self._posts))

    @cached_property
    def _before_post(self) -> re.Pattern[str]:
        titles = "|".join(map(re.escape, (*self._posts, *self._rules.honorifics)))
        return re.compile(rf"(?<![{KANJI}])([{KANJI}]{{1,8}}?|[{KANJI}]{{1,3}} [{KANJI}]{{1,3}})(?=\s?{RANK}(?:{titles}))")

    @cached_property
    def _after_post(self) -> re.Pattern[str]:
        run = rf"([{KANJI}]{{1,3}} [{KANJI}]{{1,3}}|[{KANJI}]{{2,5}})"
        return re.compile(
            rf"(?:{self._one})(?:は|の|、|: ?|\s)?{run}(?=[はがをにともや、。()（\s]|氏|さん|ら|から|による|など|$)",
            re.MULTILINE,
        )

    @cached_property
    def _western(self) -> re.Pattern[str]:
        """CEOのナイジェル・トゥーン, 最高技術責任者(CTO)、Jane Doe."""
        name = r"[ァ-ヺ][ァ-ヺー]{1,15}(?:[・=][ァ-ヺ][ァ-ヺー]{1,15}){1,3}|[A-Z][a-z]+(?: [A-Z]\.)?(?: [A-Z][a-z]+){1,2}"
        return re.compile(
            rf"(?:{self._one}|創業者|創設者)(?:[(（][^()（）]{{1,20}}[)）])?(?:である|の|、|:|は|(?<![ァ-ヺー]))(?P<name>{name})(?![ァ-ヺー・])"
        )

    @cached_property
    def _patterns(self) -> Sequence[re.Pattern[str]]:
        part = r"(?:[ァ-ヺ][ァ-ヺー]*|[A-Z]\.?)"
        western = r"[A-Z][a-z'-]+(?: (?:[A-Z]\.|[A-Z][A-Za-z'-]+|de|la|van|von|der|den|bin|al|el|di)){1,4}"
        who = rf"^[ァ-ヺ][ァ-ヺー]*(?:[・=]{part})+|{western}|[{KANJI}]{{2,5}}|^[ァ-ヺ][ァ-ヺー]{{1,}}|[A-Z][a-z]+"
        honorific = "|".join(map(re.escape, self._rules.honorifics[:5]))
        return (
            limited(rf"({who})(?=\s?(?:[医工理農薬法]学)?(?:{honorific}))"),
            limited(
                rf"(?<![{KANJI}])([{KANJI}]{{1,3}}(?:[ぁ-ん]{{2,4}}|[ァ-ヺー]{{2,6}}[{KANJI}]{{0,3}}))(?=(?:氏|さん)(?![ぁ-ん]んで))"
            ),
            limited(
                rf"(^[ァ-ヺ][ァ-ヺー]*[・=][ァ-ヺー・=]+|[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][A-Za-z'-]+)(?=\s?{RANK}(?:{self._one}))"
            ),
            limited(  # Jane Doeが最高技術責任者に任命され
                rf"(^[ァ-ヺ][ァ-ヺー]*[・=][ァ-ヺー・=]+|{western})(?=[がはもを][^。、\n]{{0,20}}(?:{self._one})"
                r"(?:に|へ|を|として)(?:任|就|昇|起用|抜擢|指名|選|務|迎|招|な[らりるっ]))"
            ),
            limited(rf"(?<=の)([{KANJI}]{{2,4}})(?=社長|会長|CEO|准?教授|所長|理事長|総裁|学長|頭取|専務|常務|市長|知事)"),
        )

    def _common(self, name: str) -> bool:
        common = any(name[-size:] in self._nouns for size in range(2, len(name) + 1))
        return (
            common
            or name in ("同", "両")
            or name.endswith(("副", "部門", "准"))
            or name in self._rules.not_names
            or any(post.startswith(name) for post in self._posts)
        )


@cache
def posted(posts: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One or several posts with their rank, and a post at the end."""
    one = "(?:" + "|".join(sorted(map(re.escape, posts), key=len, reverse=True)) + ")"
    return re.compile(rf"{RANK}{one}(?:兼?{one})*"), re.compile(f"{one}$")
