"""What behind a known name makes a longer one of it: a version, a branch, a town, a site."""

from __future__ import annotations

import re
from collections.abc import Callable

from ontology.lexicon import NameRules, patterns, words
from ontology.model import KnownEntity

_RE = patterns("longer")
_BRANCHES = words("longer")["branches"]
# What makes a firm of its own of a name before it: ・ベンチャーズ, キャピタル
BRANCH = re.compile(
    rf"(?:・[ァ-ヺー]{{2,12}}){{0,2}}(?:・|(?<=[A-Za-z])| )(?:ベンチャー)?(?:{'|'.join(_BRANCHES)})(?![ァ-ヺー])"
)
_ASCII = re.compile(r"[A-Za-z0-9]")
_MORE_LATIN = re.compile(r"(?: [A-Z][a-z][A-Za-z0-9]*(?:[.-]\d+)*){1,2}(?![A-Za-z0-9. ]|-[A-Z])")


class LongerNames:
    """Reads on behind known names."""

    def __init__(self, rules: NameRules, proper: Callable[[str], str], listed: Callable[[str], bool]) -> None:
        """``proper`` tells what a dictionary has a word for, ``listed`` whether a word is a kind of thing or a known name."""
        self._not_names, self._proper, self._listed = rules.not_names, proper, listed
        self._version = re.compile(rules.version)
        closing = "|".join(map(re.escape, sorted(rules.organization_words, key=len, reverse=True)))
        self._grown = re.compile(rf"(?: [A-Z][A-Za-z]+){{0,2}} (?:{closing}|AI)(?![A-Za-z0-9.])")

    def name(self, text: str, start: int, end: int, owner: KnownEntity) -> tuple[str, bool, int]:
        """The type of the name that the known one at ``start:end`` opens, whether both mean the same, and where it ends."""
        if text[start:end].isascii() and (more := self._grown.match(text, end)) and more[0].strip() not in self._not_names:
            return "Organization", False, more.end()  # Starship Technologies, Google Quantum AI
        read = {"Organization": self._firm, "Place": self._town, "Facility": self._built}.get(owner.type)
        kind, same, end = read(text, start, end, owner) if read else (owner.type, True, end)
        if kind in ("Model", "Product", "Facility"):
            suffix = self._version.match(text, end)
            if suffix and suffix[0].strip("- ") and (_ASCII.match(text[end - 1]) or suffix[0][0] in " -.0123456789"):
                same, end = False, suffix.end()
        if (
            kind in ("Model", "Product")
            and (more := _MORE_LATIN.match(text, end))
            and not any(map(self._listed, more[0].split()))
        ):
            return kind, False, more.end()  # Gemini Spark
        return kind, same, end

    def _firm(self, text: str, start: int, end: int, owner: KnownEntity) -> tuple[str, bool, int]:
        if more := _RE["longer"].match(text, end):
            return owner.type, True, more.end()
        if more := BRANCH.match(text, end):  # セールスフォース・ベンチャーズ is no セールスフォース
            return owner.type, text[start:end].endswith(_BRANCHES), more.end()
        local = _RE["local"].match(text, end)  # ハイレゾ香川 is another firm
        return (owner.type, False, local.end()) if local and self._proper(local[0]) == "Place" else (owner.type, True, end)

    def _town(self, text: str, start: int, end: int, owner: KnownEntity) -> tuple[str, bool, int]:
        """栃木市 is no prefecture."""
        more = _RE["town"].match(text, end)
        same = not more or not any(_RE["wide"].search(label.text) for label in owner.labels)
        return owner.type, same, more.end() if more else end

    def _built(self, text: str, start: int, end: int, owner: KnownEntity) -> tuple[str, bool, int]:
        """シャープ堺工場跡地 is a place."""
        site = _RE["site"].match(text, end)
        return ("Place", False, site.end()) if site else (owner.type, True, end)
