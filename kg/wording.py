"""How values and speakers are written for a reader, in Japanese and English."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from unicodedata import east_asian_width

from kg.jsonl import number_json
from kg.model import Claim, DateValue, Entity, Modality, Qualifier, Value

JAPANESE, KATAKANA = re.compile("[\u3040-\u30ff\u4e00-\u9fff]"), re.compile("[\u30a0-\u30ffA-Za-z0-9. -]+")
KANA = re.compile("[\u3041-\u30fa]")
"""What every Japanese article has, and no Chinese one."""

SOUNDED = frozenset({"Person", "Place", "Publication"})
MODALITIES = {
    "en": {modality.value: modality.value for modality in Modality},
    "ja": {"asserted": "断定", "planned": "予定", "estimated": "推定", "possible": "可能性", "denied": "否定"},
}
BOUNDS = {"=": "", "~": "~", ">=": "≥", "<=": "≤"}


def columns(text: str) -> int:
    """How many columns a text takes, of which a wide character takes two."""
    return sum(2 if east_asian_width(c) in "WFA" else 1 for c in text)


def fitting(text: str, room: int) -> str:
    """The text cut to so many columns.

    >>> fitting("データセンター通信", 12), fitting("Oracle", 12)
    ('データセン…', 'Oracle')
    """
    ends = [*accumulate(map(columns, text))]
    return text if not ends or ends[-1] <= room else text[: bisect(ends, room - 2)] + "…"


def usual(type_: str, names: Sequence[str], lang: str) -> str:
    """The name by which a reader knows a thing of a type, of all its names, the most usual one first.

    In Japanese people, places and papers as they sound, but makers and products as they write themselves.

    >>> usual("Person", ["Elon Musk", "イーロン・マスク"], "ja"), usual("Organization", ["NVIDIA", "エヌビディア"], "ja")
    ('イーロン・マスク', 'NVIDIA')
    """
    own = next((name for name in names if lang == "ja" and JAPANESE.search(name)), names[0])
    return names[0] if type_ not in SOUNDED and KATAKANA.fullmatch(own) else own


def known_as(entity: Entity, lang: str) -> str:
    """:func:`usual` of an entity."""
    return usual(entity.type, [label.text for label in entity.labels], lang)


def number_text(number: float) -> str:
    """A number with thousands separated.

    >>> number_text(200000.0), number_text(1.5)
    ('200,000', '1.5')
    """
    whole = number_json(number)
    return f"{whole:,}" if isinstance(whole, int) else f"{number:,.15g}"


def value_text(value: Value) -> str:
    """A value in one short phrase: bound, number or range, unit; or a date."""
    bound = BOUNDS[value.comparator]
    if isinstance(value, DateValue):
        return bound + value.date
    numbers = [part for part in (value.number, value.minimum, value.maximum) if part is not None]
    return f"{bound}{'–'.join(number_text(number) for number in numbers)} {value.unit}"


def qualifier_text(qualifier: Qualifier, lang: str = "") -> str:
    """A qualifier as text."""
    if isinstance(qualifier, str):
        return qualifier
    return qualifier.label(lang) if isinstance(qualifier, Entity) else value_text(qualifier)


def target_text(claim: Claim, lang: str = "") -> str:
    """What the claim says of its subject: the object's name or the value."""
    if claim.object is not None:
        return claim.object.label(lang)
    return value_text(claim.value) if claim.value is not None else ""


def chain_text(speakers: Iterable[Entity], lang: str = "") -> str:
    """Who says it, outermost reporter first: ``Financial Times → Jensen Huang``; empty for the article's own voice."""
    return " → ".join(speaker.label(lang) for speaker in speakers)


def speakers_text(claim: Claim, lang: str = "") -> str:
    """Every distinct chain of speakers who tell the claim as surely as it stands, joined by ``|``.

    Who only plans or guesses what others assert is no speaker of the assertion.
    """
    if len(claim.evidence) == 1 and not (claim.attributed_to or claim.evidence[0].attributed_to):
        return ""
    chains = [span.attributed_to for span in claim.evidence if span.attributed_to and span.modality is claim.modality]
    if claim.attributed_to:
        chains.insert(0, claim.attributed_to)
    return " | ".join(dict.fromkeys(chain_text(chain, lang) for chain in chains))
