"""Precision, recall and F1 of exported claims against gold ones (``spec/claims.md``, section 3)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx

Row = Mapping[str, Any]  # a claim in the form of section 2
EITHER_WAY_ROUND = frozenset({"partnersWith", "competesWith"})
TOLERANCE = 0.005
HONORIFIC = re.compile("(?:氏|さん|社|株式会社)$")


@dataclass(frozen=True, slots=True)
class Score:
    """How many required claims were found, how many claims are in no gold line, how many required ones were missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.false + self.missed)


def score(golds: Sequence[Row], claims: Sequence[Row]) -> Score:
    """Match every gold line with at most one claim, as many required ones as possible, and count."""
    found_by = matched(golds, claims)
    required = {number for number, gold in enumerate(golds) if not gold.get("optional")}
    found = required & found_by.keys()
    return Score(len(found), len(claims) - len(found_by), len(required - found))


def matched(golds: Sequence[Row], claims: Sequence[Row]) -> dict[int, int]:
    """The gold lines that are found, each with its claim, by their numbers."""
    graph = networkx.Graph()
    for number, gold in enumerate(golds):
        weight = 1 if gold.get("optional") else len(golds) + 1
        for other, claim in enumerate(claims):
            if agree(gold, claim):
                graph.add_edge(("gold", number), ("claim", other), weight=weight)
    pairs = (dict(pair) for pair in networkx.max_weight_matching(graph))
    return {pair["gold"]: pair["claim"] for pair in pairs}


def agree(gold: Row, claim: Row) -> bool:
    """Whether article, predicate, subject and object or value agree."""
    if any(gold[key] != claim[key] for key in ("article", "predicate")):
        return False
    if gold["value"] or claim["value"]:
        return _one_entity(gold["subject"], claim["subject"]) and _one_value(gold["value"], claim["value"])
    ends = [(claim["subject"], claim["object"])]
    if gold["predicate"] in EITHER_WAY_ROUND:
        ends.append((claim["object"], claim["subject"]))
    return any(_one_entity(gold["subject"], one) and _one_entity(gold["object"], two) for one, two in ends)


def plain(label: str) -> str:
    """A name without what its spellings differ in: width, case, spaces, punctuation and what politeness adds."""
    folded = unicodedata.normalize("NFKC", label).casefold()
    kept = "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "ZPS" and not sign.isspace())
    return HONORIFIC.sub("", kept) or kept


def _one_entity(one: Row | None, two: Row | None) -> bool:
    return one is not None and two is not None and bool(_names(one["labels"]) & _names(two["labels"]))


def _names(labels: Iterable[str]) -> set[str]:
    return {plain(label) for label in labels} - {""}


def _one_value(one: Row | None, two: Row | None) -> bool:
    if not one or not two or ("date" in one) != ("date" in two):
        return False
    if "date" in one:
        return _one_date(one["date"], two["date"])
    return one["unit"] == two["unit"] and all(_one_number(one.get(key), two.get(key)) for key in ("number", "min", "max"))


def _one_number(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is two
    return abs(one - two) <= TOLERANCE * max(abs(one), abs(two))


def _one_date(one: str, two: str) -> bool:
    if one.startswith("--") or two.startswith("--"):
        one, two = (date.removeprefix("--") if date.startswith("--") else date[5:] for date in (one, two))
        if not one or not two:
            return False
    return one.startswith(two) or two.startswith(one)
