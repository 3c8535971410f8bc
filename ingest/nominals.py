"""What two nouns side by side say: xAIのGrok, NVIDIAのCEOジェンスン・フアン氏 (``ontology/words/nominals.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ingest.arguments import Ref
from ingest.claims import Draft
from ingest.names import ANY, Name
from ingest.scene import Scene
from ingest.stance import Stance
from kg.model import Entity
from ontology.lexicon import Lexicon, NominalRule
from ontology.model import KnownEntity

MODIFIER = re.compile(r"[^、。「」()（）\n!?！？→]{0,22}$")
PARTICLE = re.compile(
    r"[はがをへ]|(?<![あ-ん])に(?![あ-ん])|では|として|について|に関|に対|から|より|と(?=[ァ-ヺA-Za-z一-龥])|や|より|および|する|した|って|れた|れる|いる"
)


class Nominals:
    """Reads pairs of neighbouring names."""

    def __init__(self, lexicon: Lexicon, known: Mapping[str, KnownEntity]) -> None:
        """Compiles the posts of people; ``known`` are the ontology's entities."""
        self._places = {letter: known[place] for letter, place in lexicon.cues.countries.items() if place in known}
        self._rules = [rule for rule in lexicon.nominals if rule.left]
        self._posts = sorted(
            ((post, rule.property) for rule in lexicon.nominals for post in rule.post), key=lambda pair: -len(pair[0])
        )
        alternatives = "|".join(re.escape(post) for post, _ in self._posts)
        self._post = re.compile(rf"(?P<former>元|前)?(?P<post>(?:{alternatives})(?:兼(?:{alternatives}))?)")
        self._property = dict(reversed(self._posts))
        self._relational = {noun: rule for rule in lexicon.nominals for noun in rule.relational}
        self._nouns = lexicon.nouns

    def read(self, scene: Scene, text: str, names: list[Name], stance: Stance) -> Iterator[Draft]:
        """The claims of the names inside ``scene``, in order."""
        for index, right in enumerate(names):
            yield from self._prefixed(text, right)
            for left in reversed(names[max(0, index - 3) : index]):
                gap = text[left.cover[1] : right.cover[0]]
                if len(gap) > 30 or "\n" in gap:
                    break
                before = names[index - 1]
                if (
                    before is not left
                    and not re.fullmatch(
                        r"と|や|・|および|/|、|(?:、|と)?(?:[A-Za-z]+)?", text[before.cover[1] : right.cover[0]]
                    )
                ) or (before is not left and text[before.cover[1] : right.cover[0]] == "、" and left.type == "Place"):
                    break
                yield from self._pair(text, left, right, gap, stance, names[index + 1 :])

    def _prefixed(self, text: str, name: Name) -> Iterator[Draft]:
        """英アーム: the letter before a company is its country."""
        at = name.cover[0] - 1
        at -= 1 if text[at : at + 1] == "・" else 0
        place = self._places.get(text[at : at + 1]) if at >= 0 and name.type == "Organization" else None
        if place is not None and not re.match(r"[一-龥ァ-ヺー]", text[at - 1 : at] if at else ""):
            entity = Entity(place.id, place.type, place.labels)
            where = Ref(entity, at, at + 1, f"{text[at]} → {place.id}")
            yield Draft(
                Ref(name.entity(), name.start, name.end), "locatedIn", at, name.cover[1], Stance(), object=where, rule="nominal"
            )

    def _pair(self, text: str, left: Name, right: Name, gap: str, stance: Stance, later: list[Name]) -> Iterator[Draft]:
        if right.type == "Person" and left.type in ("Organization", "Publication", ANY):
            yield from self._posted(text, left, right, gap, stance, later)
        if re.match(r"に対する|への|との|からの|による|に関する", text[right.cover[1] : right.cover[1] + 5]):
            return
        if (
            left.type == "Person"
            and right.type == "Organization"
            and re.fullmatch(r"[(（]", gap)
            and text[right.cover[1] : right.cover[1] + 1] in (")", "）", "・")
        ):
            yield self._draft(left, right, "worksFor", stance, left.start, right.cover[1])
        if (
            left.type in ("Organization", "Facility")
            and right.type == "Place"
            and re.fullmatch(r"社?[(（]", gap)
            and text[right.cover[1] : right.cover[1] + 1] in (")", "）", "、")
        ):
            yield self._draft(left, right, "locatedIn", stance, left.start, right.cover[1])
        for rule in self._rules:
            if self._fits(rule, left, right, gap):
                first, second = (right, left) if rule.swap else (left, right)
                if second.type == ANY:
                    second = replace(second, type="Product")
                yield self._draft(
                    first, second, rule.property, stance, min(left.start, right.start), max(left.cover[1], right.cover[1])
                )
                return

    def _fits(self, rule: NominalRule, left: Name, right: Name, gap: str) -> bool:
        kinds = (
            {right.type}
            if right.type != ANY
            else {"Product"}
            if left.known is not None and rule.right == {"Product"}
            else set()
        )
        if left.type not in rule.left or not kinds & rule.right:
            return False
        if right.type == ANY and (gap in ("", " ") or len(right.text) < 3):
            return False
        if rule.named and right.type == "Product" and (left.known is None or right.maker != left.known.id):
            return False
        if rule.bare and (gap.strip() == "" or gap in ("・", "/")):
            return rule.property != "operates" or True
        if gap.strip() in ("’s", "'s"):
            return True
        gap = re.sub(r"^(?:[東西南北中]部|近郊|郊外|市内|内|沿岸|周辺)の", "の", gap)
        if not gap.startswith("の"):
            return False
        if right.type == ANY and not re.search(r"[A-Za-z]", right.text):
            return False
        inner = gap[1:].rstrip('「『“"')
        return not PARTICLE.search(inner) and "の" not in inner[3:] if inner else True

    def _posted(self, text: str, left: Name, right: Name, gap: str, stance: Stance, later: list[Name]) -> Iterator[Draft]:
        """AのCEO、B氏 / A CEOのB氏 / AのB CEO / AのB氏."""
        inner = gap.removeprefix("の")
        found = self._post.fullmatch(re.sub(r"(?:の|である|で|、|・|\s)+$", "", inner)) if inner else None
        behind = self._post.match(text, right.cover[1]) or self._post.match(
            text.replace(" ", "", 0), right.cover[1] + (text[right.cover[1] : right.cover[1] + 1] == " ")
        )
        post = found or (behind if gap in ("の", "", " ") else None)
        if post is not None:
            name = post["post"]
            former = post["former"] or text[left.cover[0] - 1 : left.cover[0]] in ("元", "前")
            kind = "workedFor" if former else self._property.get(name, self._property.get(name.split("兼")[0], "worksFor"))
            end = max(right.cover[1], behind.end() if behind and post is behind else 0)
            for person in self._coordinated(text, right, later):
                yield self._draft(person, left, kind, stance, left.start, max(end, person.cover[1]), role=name)
        elif gap == "の" or (gap.startswith("の") and not re.search(r"[、はがをにでよ]", inner) and len(inner) <= 16):
            former = text[left.cover[0] - 1 : left.cover[0]] in ("元", "前")
            yield self._draft(right, left, "workedFor" if former else "worksFor", stance, left.start, right.cover[1])

    def _coordinated(self, text: str, first: Name, later: list[Name]) -> list[Name]:
        made = [first]
        for name in later:
            if name.type != "Person" or not re.fullmatch(r"(?:と|、|や|および)", text[made[-1].cover[1] : name.cover[0]]):
                break
            made.append(name)
        return made

    def _draft(self, first: Name, second: Name, kind: str, stance: Stance, start: int, end: int, role: str = "") -> Draft:
        qualifiers = {"role": role} if role else {}
        return Draft(
            Ref(self._entity(first), first.start, first.end),
            kind,
            start,
            end,
            Stance(stance.modality, ()) if False else Stance(),
            object=Ref(self._entity(second), second.start, second.end),
            qualifiers=qualifiers,
            rule="nominal",
        )

    def _entity(self, name: Name, types: Collection[str] = ("Organization",)) -> Entity:
        return name.entity(next(iter(types)))


def relational(lexicon: Lexicon) -> Mapping[str, NominalRule]:
    """Nouns that relate their owner to their complement."""
    return {noun: rule for rule in lexicon.nominals for noun in rule.relational}
