"""What two names side by side say: xAIのGrok, NVIDIAのCEOのフアン氏, スー氏(AMD CEO), コヒア(トロント) (``nominals.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.arguments import Ref
from ingest.claims import Draft
from ingest.discourse import THINGS
from ingest.headers import BRACKET
from ingest.names import ANY, Name
from ingest.stance import Stance
from kg.model import DateValue, Entity
from ontology.lexicon import Lexicon, NominalRule, patterns
from ontology.model import KnownEntity
from ontology.usage import usage

_RE = patterns("nominals")
LONGEST = 42  # characters between a company and who is told with it: Aの創業者で、…で知られるB氏
_SAME = 200  # characters back to what 同区 repeats


class Nominals:
    """Reads pairs of neighbouring names."""

    def __init__(self, lexicon: Lexicon, known: Mapping[str, KnownEntity]) -> None:
        """Compiles the posts of people; ``known`` are the ontology's entities."""
        self._known = known
        self._places = {letter: known[place] for letter, place in lexicon.cues.countries.items() if place in known}
        self._nouns = lexicon.nouns
        self._there = lexicon.cues.reference["Place"]
        self._rules = [rule for rule in lexicon.nominals if rule.left]
        posts = sorted(((p, rule.property) for rule in lexicon.nominals for p in rule.post), key=lambda pair: -len(pair[0]))
        one = (
            r"(?:シニア|チーフ|主席|上席|上級|首席|主任|共同|筆頭|最高)?(?:"
            + "|".join(re.escape(post) for post, _ in posts)
            + ")"
        )
        self._post = re.compile(rf"(?P<former>元|前)?(?P<post>{one}(?:(?:兼|で|・|、|であり)?{one})*)")
        self._one = re.compile(one)
        self._property = dict(reversed(posts))

    def read(self, text: str, names: Sequence[Name]) -> Iterator[Draft]:
        """The claims of the names of a sentence, in order: presupposed, so in the article's own voice."""
        for index, right in enumerate(names):
            yield from self._prefixed(text, right)
            yield from self._bracketed(text, right, names[index + 1 :], names[:index])
            for left in reversed(names[max(0, index - 3) : index]):
                gap = _RE["of"].sub("の", text[left.cover[1] : right.cover[0]])
                if (
                    len(gap) > (LONGEST if right.type == "Person" else 30)
                    or "\n" in gap
                    or not self._reaches(text, left, names[index - 1], right)
                ):
                    break
                yield from self._pair(text, left, right, gap, names[index + 1 :])

    def _reaches(self, text: str, left: Name, before: Name, right: Name) -> bool:
        """Whether what stands between two names is only more names of a list (xAIのGrok、Aurora)."""
        between = text[before.cover[1] : right.cover[0]]
        return before is left or (bool(_RE["listed"].fullmatch(between)) and not (between == "、" and left.type == "Place"))

    def _prefixed(self, text: str, name: Name) -> Iterator[Draft]:
        """英アーム: the letter before a company is its country."""
        at = name.cover[0] - 1
        at -= 1 if text[at : at + 1] == "・" else 0
        place = self._places.get(text[at : at + 1]) if at >= 0 and name.type == "Organization" else None
        if place is not None and not re.match(r"[一-龥ァ-ヺー]", text[at - 1 : at] if at else ""):
            where = Ref(Entity(place.id, place.type, place.labels), at, at + 1, f"{text[at]} → {place.id}")
            who = Ref(name.entity(), name.start, name.end)
            yield Draft(who, usage().place, at, name.cover[1], Stance(), object=where, rule="nominal")

    # ---- brackets

    def _bracketed(self, text: str, name: Name, later: Sequence[Name], earlier: Sequence[Name]) -> Iterator[Draft]:
        """スー氏(AMD CEO), 菅野部長(北海道電力), コヒア(カナダ・トロント), ルメトラ(2019年設立), 青波計算(同区)."""
        post = self._post.match(text, name.cover[1]) if name.type == "Person" else None
        found = _RE["bracket"].match(text, post.end() if post else name.cover[1])
        if found is None:
            return
        start, end = found.span("inner")
        inside = [other for other in later if start <= other.start and other.end <= end]
        if name.type == "Person":
            yield from self._employed(text, name, inside, post, (start, end))
        elif name.type in THINGS and inside and inside[0].type == "Product" and inside[0].cover[0] == start:
            for product in (other for other in inside if other.type == "Product"):  # 蒼海(H100×4)
                yield self._draft(name, product, usage().equipment, name.start, end)
        elif name.type in ("Organization", "Facility"):
            yield from self._sited(text, name, inside, earlier, (start, end))
            for person in (other for other in inside if other.type == "Person"):  # ルメトラ(東京・港、桐谷沙織社長)
                told = self._post.match(text, person.cover[1], end) or self._post.fullmatch(text, person.end, person.cover[1])
                before = re.search(rf"(?:{self._post.pattern})(?:は|[::]|の| )?$", text[start : person.cover[0]])
                if told := told or before:
                    yield from self._held(person, name, told["post"], bool(told["former"]), name.start, end)
            since = _RE["since"].search(text, start, end)
            if since and name.type == "Organization":
                date = since["year"] + (f"-{int(since['month']):02}" if since["month"] else "")
                who = Ref(name.entity(), name.start, name.end)
                yield Draft(who, usage().founding, name.start, since.end(), Stance(), value=DateValue(date), rule="nominal")

    def _sited(
        self, text: str, name: Name, inside: Sequence[Name], earlier: Sequence[Name], span: tuple[int, int]
    ) -> Iterator[Draft]:
        """ルメトラ(本社・横浜市), コヒア(カナダ・トロント), 青波計算(同区)."""
        start, end = span
        told = [other for other in earlier if other.type == "Place" and start - other.end < _SAME]
        places = [other for other in inside if other.type == "Place"]
        if text[start:end] in self._there and told:
            yield self._draft(name, replace(told[-1], start=start, end=end, cover=span), usage().place, name.start, end)
        elif places and inside[0] is places[0] and _RE["seat"].fullmatch(text[start : places[0].cover[0]]):
            last = next((a for a, b in pairwise(places) if text[a.cover[1] : b.cover[0]] != "・"), places[-1])
            if not _RE["body"].match(text, last.cover[1]):
                yield self._draft(name, last, usage().place, name.start, last.cover[1])

    def _employed(
        self, text: str, person: Name, inside: Sequence[Name], post: re.Match[str] | None, span: tuple[int, int]
    ) -> Iterator[Draft]:
        companies = [other for other in inside if other.type in ("Organization", ANY, "Publication")]
        for company in companies:
            before = text[span[0] : company.cover[0]]
            behind = re.match(r"の?\s*", text[company.cover[1] :])
            at = company.cover[1] + (behind.end() if behind else 0)
            own = self._post.match(text, at, span[1])
            past = bool(_RE["before"].search(before) or (own and own["former"]))
            told = own or (None if past else post)
            alone = at == span[1] and (post is not None or company.type != ANY)
            if past or (company is companies[0] and (own or alone) and not re.search(r"[はがをに、。]", before)):
                yield from self._held(person, company, told["post"] if told else "", past, person.start, span[1])

    # ---- pairs

    def _pair(self, text: str, left: Name, right: Name, gap: str, later: Sequence[Name]) -> Iterator[Draft]:
        if right.type == "Person" and left.type in ("Organization", "Publication", ANY):
            yield from self._posted(text, left, right, gap, later)
        right = self._typed(right, gap)
        if left.type == ANY and gap.startswith("の") and right.type in ("Facility", "Model"):
            left = replace(left, type="Organization")
        barred = _RE["towards"] if left.type == "Place" else _RE["not_it"]
        if barred.match(text, right.cover[1]):
            return
        rule = next((rule for rule in self._rules if self._fits(rule, left, right, gap)), None)
        if rule is not None:
            first, second = (right, left) if rule.swap else (left, right)
            second = replace(second, type="Product") if second.type == ANY else second
            yield self._draft(first, second, rule.property, min(left.start, right.start), max(left.cover[1], right.cover[1]))

    def _typed(self, name: Name, gap: str) -> Name:
        """An unknown name takes the kind of the noun in front of it: データセンター冷却企業Corintis, 投資ファンド、ケッペル."""
        before = gap.rstrip("、「『 ")
        kinds = (self._nouns.get(before[-size:]) for size in range(min(len(before), 10), 1, -1))
        kind = next((kind for kind in kinds if kind), "") if name.type == ANY else ""
        return replace(name, type=kind) if kind == "Organization" else name

    def _fits(self, rule: NominalRule, left: Name, right: Name, gap: str) -> bool:
        if rule.closing and not (left.text.endswith(rule.closing) and gap.rstrip("".join(self._places)) == "の"):
            return False
        unknown = right.type == ANY
        kind = "Product" if unknown and left.known is not None and rule.right == {"Product"} else right.type
        if (
            left.type not in rule.left
            or kind not in rule.right
            or (unknown and (gap.strip() in ("", "・", "/") or len(right.text) < 3))
        ):
            return False
        if rule.named and right.type == "Product" and not self._makes(left, right):
            return False
        if (rule.bare and gap.strip() in ("", "・", "/")) or gap.strip() in ("’s", "'s"):
            return True
        gap = _RE["near"].sub("の", gap)
        if not gap.startswith("の") or (unknown and not re.search(r"[A-Za-z]", right.text)):
            return False
        inner = gap[1:].rstrip('「『“"')
        inner = inner.rstrip("、") if rule.swap else inner
        return not inner or (not _RE["particle"].search(inner) and "の" not in inner[3:])

    def _makes(self, left: Name, right: Name) -> bool:
        """Whether the left one makes the right one, itself or by a part of it (アマゾンのTrainium)."""
        if left.known is None or right.maker is None:
            return False
        maker = self._known.get(right.maker)
        return right.maker == left.known.id or (maker is not None and left.known.id in (maker.part_of, maker.id))

    def _posted(self, text: str, left: Name, right: Name, gap: str, later: Sequence[Name]) -> Iterator[Draft]:
        """AのCEO、B氏 / A CEOのB氏 / AのB CEO / AのB氏 / Aの創業者でCEOのB氏."""
        gap = BRACKET.sub("", gap)  # 最高経営責任者(CEO)の
        inner = gap.removeprefix("の").strip()
        found = self._post.fullmatch(re.sub(r"(?:の|である|でもある|で|、|・|\s)+$", "", inner)) if inner else None
        found = found or self._besides(inner)
        at = right.cover[1] + (1 if text[right.cover[1] : right.cover[1] + 1] == " " else 0)
        behind = self._post.match(text, at)
        honorific = self._post.fullmatch(text, right.end, right.cover[1])
        post = found or ((behind or honorific) if gap in ("の", "", " ") else None)
        former = text[left.cover[0] - 1 : left.cover[0]] in ("元", "前") or bool(_RE["former"].match(inner))
        if post is not None:
            end = max(right.cover[1], post.end() if post is behind else 0)
            for person in self._coordinated(text, right, later):
                role = post["post"]
                yield from self._held(person, left, role, former or bool(post["former"]), left.start, max(end, person.cover[1]))
        elif gap == "の" or (gap.startswith("の") and not re.search(r"[、。はがをにでよだ」』]", inner) and len(inner) <= 16):
            yield from self._held(right, left, "", former, left.start, right.cover[1])

    def _besides(self, words: str) -> re.Match[str] | None:
        """Aの共同創業者で、数学を専門とするB氏: a post before what else is told of its holder."""
        post = self._post.match(words)
        if post is None or self._property.get(post["post"]) == usage().past:
            return None
        return post if _RE["besides"].fullmatch(words, post.end()) else None

    def _held(self, person: Name, company: Name, post: str, former: bool, start: int, end: int) -> Iterator[Draft]:
        """A claim a post: 創業者でCEOの says two."""
        kinds: dict[str, str] = {}
        for found in self._one.finditer(post):
            kinds.setdefault(self._property.get(found[0], usage().staff), found[0])
        if usage().head in kinds:
            kinds = {kind: role for kind, role in kinds.items() if kind != usage().staff}
        if len(kinds) == 1:
            kinds = dict.fromkeys(kinds, post)
        for kind, role in (kinds or {usage().staff: ""}).items():
            name = usage().past if former and kind != usage().founder else kind
            yield self._draft(person, company, name, start, end, "" if kind == usage().founder else role)

    def _coordinated(self, text: str, first: Name, later: Sequence[Name]) -> list[Name]:
        made = [first]
        for name in later:
            if name.type != "Person" or not re.fullmatch(r"(?:と|、|や|および)", text[made[-1].cover[1] : name.cover[0]]):
                break
            made.append(name)
        return made

    def _draft(self, first: Name, second: Name, kind: str, start: int, end: int, role: str = "") -> Draft:
        left, right = (Ref(n.entity("Organization"), n.start, n.end) for n in (first, second))
        more = {"role": role} if role else {}
        return Draft(left, kind, start, end, Stance(), object=right, qualifiers=more, rule="nominal")
