"""Names that the text itself sets apart, known to a list or not: by a company's legal form, quotation marks, an apposition.

They may be longer than a known name inside (北電クラウド株式会社 is not 北電), so they are looked for first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ingest.named import Name
from ontology.lexicon import NameRules, patterns, words

# What a description may put before a kind of organisation (米AI企業, 大手テック企業).
EPITHETS = frozenset("AIテック半導体電力米英新著名大手有力新興老舗系外資地元国内海外数社")
_RE = patterns("told")
_WORDS = words("told")
KIND = _RE["kind"]
THINGS = ("Model", "Product", "Project", "Facility", "Person")
FORM = (
    r"\([株有同資公財社]\)|(?:株式|合同|有限|合資|合名|相互)会社|(?:一般|公益)(?:社団|財団)法人"
    r"|特定目的会社|投資事業有限責任組合"
)
_RUN = r"ァ-ヺー一-龥々A-Za-z0-9・.&"
_FIRM = re.compile(
    rf"(?:{FORM}) ?((?:(?!および|ならび|など|から|という|として|とその)[ぁ-ん]{{2,6}}(?=[ァ-ヺ一-龥A-Z]))?[{_RUN}]{{2,30}})"
    r"|((?<![^\n、。「『(（ 　])(?!なお|および|ならび)[ぁ-ん]{2,6}(?<![はがをにもでとてのやるたうずか])"
    rf"[{_RUN}]{{0,20}}|(?:[A-Z][A-Za-z&]+ ){{0,3}}[{_RUN}]{{2,30}})(?:(?:{FORM})| (?:{FORM})(?![{_RUN}]))"
)
_QUOTED = re.compile(r"[「『“]([^「」『』“”\n。、]{1,30}|[A-Za-z0-9 .&'-]{1,60})[」』”]")
_KANA = "".join(map(chr, range(0x30A1, 0x30FD)))
_KATA = r"[ァ-ヺ][ァ-ヺー]{1,15}(?:・[ァ-ヺ][ァ-ヺー]{1,15}){0,3}(?:AI|IT|DC)?"
_LATIN = r"[A-Z][A-Za-z0-9&'+.-]{1,20}(?: [A-Z][A-Za-z0-9&'+.-]{0,20}){0,3}"
_MIX = r"[ァ-ヺー一-龥々A-Za-z0-9・&]{2,20}"
_FOLLOWS = r"(?=[はがをにとのへもや、()（]|から|による|など|ら|社|出身|傘下|日本法人|$)"
# Places where the text names a company, known to a list or not. ``any``: whatever its script.
_CONTEXTS = tuple(
    (kind, re.compile(pattern, re.MULTILINE))
    for kind, pattern in (
        # 調査会社グリッドレンズ, 投資ファンド、ケッペル
        (
            "kind",
            rf"(?:会社|企業|大手|メーカー|ファンド|スタートアップ|ベンチャー|事業者|プロバイダー|投資家|新興|団体|商社|ゼネコン|財閥)(?P<link>である|の|で|、|)"
            rf"(?P<name>{_KATA}|{_LATIN}){_FOLLOWS}",
        ),
        # 商社の山陽エレクトロは
        (
            "any",
            r"(?:会社|企業|メーカー|スタートアップ|ベンチャー|事業者|商社|ゼネコン)(?P<link>の)(?P<name>[一-龥]{1,4}[ァ-ヺー]{2,12})(?=[は、(（])",
        ),
        # 英コロ・ワークス
        ("flag", rf"(?<![一-龥々ァ-ヺー])[米英仏独中韓台印伊加豪蘭](?P<link>・?)(?P<name>{_KATA}|{_LATIN}){_FOLLOWS}"),
        # 米エイリアンは: a word of the dictionary, where it acts
        (
            "self",
            r"(?<![一-龥々ァ-ヺー])[米英仏独豪蘭加](?P<link>)(?P<name>[ァ-ヺ][ァ-ヺー]{3,11})(?=は|が(?!ら)|と、|、[一-龥ァ-ヺA-Z])",
        ),
        # 桐谷氏が創業したルメトラ, KKR傘下のコンパス
        (
            "flag",
            rf"(?:(?:創業|設立|起業|創設)した|立ち上げた|興した|起こした|傘下の|(?:子|関連|グループ)会社の)(?P<link>)(?P<name>{_KATA}|{_LATIN}){_FOLLOWS}",
        ),
        # クォンタ出身の
        (
            "flag",
            rf"(?<![ァ-ヺー一-龥々A-Za-z0-9・&])(?P<link>)(?P<name>{_KATA}|{_LATIN})(?=出身の|傘下の|日本法人|元?幹部の|元?社員の)",
        ),
        # キャノピーは、…が興した新興企業で、
        (
            "self",
            rf"(?<![ァ-ヺー・A-Za-z一-龥々])(?P<name>{_KATA})(?P<link>)(?=は、?[^。\n]{{0,80}}(?:新興企業|スタートアップ|ベンチャー企業)(?:で、|だ。|です。|である))",
        ),
        # 関東データパーク(千葉県白井市), コヒア(カナダ・トロント)
        (
            "any",
            rf"(?<![ァ-ヺー一-龥々A-Za-z0-9・&])(?P<name>{_MIX}|{_LATIN})(?P<link>)(?=[(（](?:本社[::・、]?)?[^()（）\n、はがをに]{{0,12}}"
            r"[都道府県市区町村州郡](?:[、,][^()（）\n]{0,30})?[)）])",
        ),
        # 三峰テックの浅井社長
        (
            "any",
            rf"(?<![ァ-ヺー一-龥々A-Za-z0-9・&])(?P<name>{_MIX}|{_LATIN})(?P<link>)(?=の(?:[一-龥々]{{1,4}}|[ァ-ヺー・]{{3,20}}|\d代目|)(?:社長|会長|CEO|C[TF]O|副社長|取締役|代表|専務|常務|執行役員))",
        ),
        # 関東データパークは18日、
        ("any", rf"^[ 　]?(?P<name>{_MIX}|{_LATIN})(?P<link>)(?=は(?:[0-9]{{1,2}}月)?[0-9]{{1,2}}日、)"),
    )
)


class ToldNames:
    """Finds them in a text."""

    def __init__(self, rules: NameRules, nouns: Mapping[str, str], plain: frozenset[str], proper: Callable[[str], str]) -> None:
        """``plain`` are words that are no names; ``proper`` tells what a dictionary has a word for."""
        self._rules, self._nouns, self._plain, self._proper = rules, nouns, plain, proper
        self._kinds = tuple(tuple(noun for noun in nouns if len(noun) > least) for least in (1, 2))
        papers = "|".join(rules.publication_suffixes)
        self._papers = re.compile(
            rf"(?<![ァ-ヺー・A-Za-z])((?:[ァ-ヺ][ァ-ヺー]{{1,12}}・){{1,3}}(?:{papers})"
            rf"|[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){{0,3}} (?:{papers}))(?![ァ-ヺー・A-Za-z])"
        )

    def find(self, text: str) -> Iterator[tuple[Name, tuple[str, ...]]]:
        """The names, some perhaps overlapping, with the types of known names inside that are rather meant."""
        yield from ((name, ()) for name in self._firms(text))
        yield from ((name, THINGS) for name in self._quoted(text))
        for pattern in (_RE["unit"], _RE["site"], _RE["plant"]):
            for found in pattern.finditer(text):
                if pattern is _RE["plant"] and self._proper(found["town"]) not in ("Place", "Person"):
                    continue
                yield Name(*found.span("name"), found.span("name"), "Facility", found["name"]), ()
        for found in _RE["plan"].finditer(text):
            own, known = found["own"], self._proper(found["own"])
            if not self._common(own, pure=True) and (own.isascii() or "・" in own or known in ("Unknown", "Name", "Place")):
                yield (
                    Name(*found.span("name"), found.span("name"), "Project", found["name"]),
                    (*THINGS, "Organization", "Place"),
                )
        for found in self._papers.finditer(text):
            yield Name(*found.span(1), found.span(1), "Publication", found[1]), (*THINGS, "Organization")
        yield from ((name, (*THINGS, "Organization")) for name in self._appositions(text))

    def _firms(self, text: str) -> Iterator[Name]:
        """北電クラウド株式会社, 株式会社青波計算; a kind of company before the name is not part of it."""
        for found in _FIRM.finditer(text):
            group = 1 if found[1] else 2
            start, end = found.span(group)
            if group == 2 and (kind := KIND.match(found[2])):
                start += kind.end()
            end = found.end() if found[0].endswith(_WORDS["whole"]) else end  # a fund's form is part of its name
            word = text[start:end].rstrip("・.")
            if len(word) > 1 and word not in self._nouns and not word.isdigit():
                left, right = found.start() if group == 1 else start, found.end() if group == 2 else start + len(word)
                marked = text[left - 1 : left] in tuple("「『“") and text[right : right + 1] in tuple("」』”")
                yield Name(start, start + len(word), (left - marked, right + marked), "Organization", word)

    def _appositions(self, text: str) -> Iterator[Name]:
        """Companies by what stands around them; behind a bare の only a word of no dictionary."""
        for kind, pattern in _CONTEXTS:
            for found in pattern.finditer(text):
                start, end = found.span("name")
                if kind == "any" and (lead := KIND.match(found["name"])):
                    start += lead.end()
                word = text[start:end]
                if self._common(word, pure=kind != "any"):
                    continue
                common = ("", "Place") if kind == "flag" else ("", "Place", "Joined")
                glued = kind == "kind" and found["link"] == "" and not found[0].startswith(("大手", "新興"))
                if glued and re.match("[ァ-ヺ]", found[0]) and re.match("[ァ-ヺ]", word):
                    continue  # ベンチャーキャピタル is one word
                mixed = kind == "any" and not re.fullmatch(r"[ァ-ヺー]+", word)
                if mixed and found["link"] == "の" and self._proper(word.rstrip(_KANA)) == "":
                    continue  # 企業の世界シェア
                if kind == "self" or glued or mixed or word.isascii() or "・" in word or self._proper(word) not in common:
                    yield Name(start, end, (start, end), "Organization", word)

    def _common(self, word: str, *, pure: bool) -> bool:
        """Whether a word that stands where a company's name may stand is another word, or a person's name."""
        parts = re.split("[・ ]", word)
        if word.endswith(self._rules.publication_suffixes) or word.endswith(self._kinds[pure]) or len(word) < 2:
            return True
        if word.isascii():
            return all(part in self._rules.not_names for part in parts)
        if any(part in self._plain for part in parts) or word.endswith((*self._rules.honorifics, *_WORDS["no_end"])):
            return True
        person = self._proper(parts[0]) in ("Person", "Full") and (len(parts) > 1 or self._proper(word) == "Full")
        return person or word.startswith(("同", "当", "両", "各", "本")) or word.isdigit() or set(word) <= EPITHETS

    def _closing(self, name: str, *kinds: str) -> str:
        """The type, of ``kinds``, of the noun that closes ``name``: 「千歳AIファクトリー」; so does no bare noun."""
        noun = next((name[-size:] for size in range(len(name) - 2, 2, -1) if name[-size:] in self._nouns), "")
        kind = self._nouns.get(noun, "")
        return kind if kind in kinds and not set(name[: -len(noun)]) <= EPITHETS else ""

    def _quoted(self, text: str) -> Iterator[Name]:
        """「X」 behind a common noun, or before という and a common noun, is a thing of that noun's kind."""
        for found in _QUOTED.finditer(text):
            name = found[1]
            kind = self._before(text, found.start())
            group = kind == "Organization" and name.endswith(("会", "団", "ネットワーク", "連合"))
            kind = kind or self._behind(text, found.end())
            if (not kind and re.match(r"プロジェクト|Project ", name)) or (
                name.endswith(("計画", "プロジェクト", "構想", "イニシアチブ"))
                and re.search(r"[ァ-ヺA-Za-z]|^[ぁ-ん]{3}", name) is not None
            ):
                kind = "Project"
            kind = kind or self._closing(name, "Facility", "Model", "Project")
            built = _RE["built"].match(text, found.end()) or _RE["building"].search(
                text, max(0, found.start() - 8), found.start()
            )
            kind = kind or ("Facility" if "の" not in name and built else "")
            if (
                kind not in ("", "Person")
                and re.match(r"[A-Zァ-ヺ一-龥々]" if kind not in ("Project", "Product") else r"[A-Zァ-ヺ一-龥々ぁ-ん]", name)
                and (group or not re.search(r"[はがをにで]", name))
            ):
                unit = re.compile(r" ?(\d{1,2}号[機棟館])").match(text, found.end())  # 「RAIL-Box」2号機
                if unit:
                    yield Name(found.start(1), found.end(1), (found.start(), unit.end()), "Facility", f"{name} {unit[1]}")
                    continue
                yield Name(found.start(1), found.end(1), found.span(), kind, name)

    def _before(self, text: str, at: int) -> str:
        before = text[max(0, at - 14) : at]
        found = next((self._nouns[before[-size:]] for size in range(len(before), 1, -1) if before[-size:] in self._nouns), "")
        return found or ("Product" if before.endswith(self._rules.titled_products) else "")

    def _behind(self, text: str, at: int) -> str:
        behind = re.match(r"(?:と呼ばれる|という|と名付けた|と名付けられた)?[^、。「]{0,12}?", text[at : at + 40])
        tail = text[at + (behind.end() if behind else 0) : at + 20]
        return next((self._nouns[tail[:size]] for size in range(12, 1, -1) if tail[:size] in self._nouns), "")
