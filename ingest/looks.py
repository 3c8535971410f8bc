"""How a described thing is introduced: what stands before its noun tells a new thing from one that was spoken of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.clauses import Chunk
from ingest.scene import Scene, Slot
from ontology.lexicon import Cues, patterns

_RE = patterns("looks")
COPULA = _RE["copula"]


@dataclass(frozen=True, slots=True)
class Looks:
    """What stands before a description's noun; ``front`` is where it begins (``near``: no clause), ``joined`` its compound."""

    front: int
    near: int
    lead: str
    told: tuple[str, ...]
    joined: str
    clausal: bool
    demonstrative: bool
    indefinite: bool
    fresh: bool
    bare: bool
    plain: bool


def looks_of(scene: Scene, chunk: Chunk, surface: str, noun: str, cues: Cues) -> Looks:
    """The looks of the noun ``noun`` that closes ``surface``, a chunk's content words."""
    modifiers = [scene.chunks[i] for i in chunk.children if i < chunk.index]
    words = [m.surface + m.tail for m in modifiers]
    own = [m for m in modifiers if m.adnominal or m.bond.startswith(("det", "amod", "acl"))]
    named = [m for m in own if not any(slot.quantity is not None for slot in scene.slots_in(m))]  # 20万基のGPU is GPU
    clauses = [m.index for m in own if m.bond.startswith("acl")]
    beyond = [m for m in named if clauses and m.index > clauses[-1]]
    core = scene.span(chunk.words[0].start, chunk.words[-1].end)[0]
    named += [c for m in named if m.surface == "ため" for i in m.children if (c := scene.chunks[i]).index == m.index - 1]
    return Looks(
        front=min([core, *(scene.span(_opening(scene, m).start, m.end)[0] for m in named)]),
        near=min([core, *(scene.span(m.start, m.end)[0] for m in beyond)]),
        lead="".join(words),
        told=tuple(_telling(scene, modifiers)),
        joined=surface.removesuffix(noun) if not scene.slots_in(chunk) else "",
        clausal=any(m.bond.startswith("acl") for m in own),
        demonstrative=any(word in cues.reference["demonstratives"] for word in words)
        or (surface.startswith("同") and not surface.startswith("同社")),
        indefinite=any(
            w.startswith(cues.reference["indefinite"]) and not m.children for w, m in zip(words, modifiers, strict=True)
        )
        or any(_RE["sort"].fullmatch(scene.text[front_of(scene, m).start : m.end - len(m.tail)]) for m in own),
        fresh=bool(_RE["newly"].search("".join((*_adverbs(scene, modifiers), *words)) + chunk.surface)),
        bare=not modifiers and surface == noun and not surface[0].isdigit(),  # 2号棟 is told by its number
        plain=not modifiers,
    )


def _adverbs(scene: Scene, modifiers: Iterable[Chunk]) -> Iterator[str]:
    """What stands with a modifier of a noun: もう in もう一つの."""
    yield from (c.surface for m in modifiers for i in m.children if (c := scene.chunks[i]).bond.startswith("advmod"))


def _opening(scene: Scene, clause: Chunk) -> Chunk:
    """Where a modifier opens: with who acts in it (Aが手掛ける半導体)."""
    acting = (c for i in clause.children if (c := scene.chunks[i]).case == "が" and clause.bond.startswith("acl"))
    return next(acting, clause)


def _telling(scene: Scene, modifiers: Iterable[Chunk]) -> Iterator[str]:
    """The names and figures among the modifiers of a noun, each as it is written."""
    for chunk in modifiers:
        yield from (n.text for slot in scene.slots_in(chunk) for n in slot.names)
        yield from (slot.word for slot in scene.slots_in(chunk) if slot.quantity is not None)
        if "地名" in chunk.head.tag and not scene.slots_in(chunk):
            yield chunk.surface
        yield from _telling(scene, (scene.chunks[i] for i in chunk.children if chunk.bond.startswith("acl")))


def reach(scene: Scene, chunk: Chunk, slot: Slot) -> int:
    """How many of a chunk's characters end with a slot."""
    ends = [sum(len(word.text) for word in chunk.words[: n + 1]) for n in range(len(chunk.words))]
    return max((end for end, word in zip(ends, chunk.words, strict=True) if scene.slot_at(word.start) is slot), default=0)


def shares(scene: Scene, chunk: Chunk) -> bool:
    """Whether a chunk is a share of what stands before it with の (B株の10%)."""
    slots = scene.slots_in(chunk)
    return len(slots) == 1 and slots[0].quantity is not None and slots[0].quantity.kind == "percent"


def counted(scene: Scene, chunk: Chunk, owners: Sequence[Chunk]) -> bool:
    """Whether a chunk only counts the several that are named before it."""
    bare = _RE["count"].fullmatch(chunk.surface) is not None
    return bare and any(len(slot.names) > 1 for owner in owners for slot in scene.slots_in(owner))


def modifying(scene: Scene, chunk: Chunk) -> list[Chunk]:
    """What stands with a noun before it, in clauses too: AのB, Aを率いるB."""
    inner = [scene.chunks[i] for i in chunk.children]
    return [*inner, *(scene.chunks[i] for c in inner if c.bond.startswith("acl") for i in c.children)]


def predicative(scene: Scene, chunk: Chunk) -> Chunk | None:
    """What holds the subject of a noun that says what something is: itself (…の計画だ), or なる (27カ所目の施設となる)."""
    if chunk.verbal or scene.slots_in(chunk):
        return None
    if chunk.case in ("と", "に") and chunk.parent > chunk.index and scene.chunks[chunk.parent].head.lemma in ("なる", "成る"):
        return scene.chunks[chunk.parent]
    return chunk if chunk.parent < 0 or _RE["copula"].match(chunk.tail) else None


def predicated(scene: Scene, chunk: Chunk) -> Chunk | None:
    """The topic of which a noun is said: スターゲートは…の計画だ, Aが…の施設になる."""
    holder = predicative(scene, chunk)
    if holder is None:
        return None
    cases = ("は",) if holder is chunk else ("は", "が")
    topics = [c for i in holder.children if (c := scene.chunks[i]).case in cases and c is not chunk]
    return topics[0] if len(topics) == 1 else None


def joins(chunk: Chunk) -> bool:
    """Whether a noun is joined to the one it depends on (変電所と, 変電所、)."""
    return chunk.bond.startswith("nmod") and (chunk.case in ("と", "list") or (chunk.case == "" and chunk.tail == "、"))


def front_of(scene: Scene, chunk: Chunk) -> Chunk:
    """Where all that modifies a chunk begins."""
    while chunk.children and min(chunk.children) < chunk.index:
        chunk = scene.chunks[min(chunk.children)]
    return chunk


def listed_before(scene: Scene, chunk: Chunk) -> Chunk | None:
    """What is listed by と before all that modifies a chunk: 企業のAと銀行のBが."""
    first = front_of(scene, chunk)
    if not 0 < first.index < chunk.index or chunk.case not in ("が", "は", "を") or not scene.slots_in(chunk):
        return None
    beside = scene.chunks[first.index - 1]
    apart = 0 <= chunk.parent < beside.parent and not scene.chunks[beside.parent].verbal  # Aと、Bが出資する会社
    shared = beside.parent == chunk.parent or (beside.tail == "と、" and apart)
    return beside if beside.tail in ("と", "と、") and shared else None


def sites_of(scene: Scene, chunk: Chunk) -> tuple[list[Chunk], list[Chunk]]:
    """Where a thing is: the words about it (タイの工場), and where something is done with it (タイに工場を建てる)."""
    verb = scene.chunks[chunk.parent] if chunk.parent > chunk.index and not chunk.adnominal else chunk
    beside = [scene.chunks[i] for i in verb.children if verb.verbal and i < chunk.index]
    own = (scene.chunks[i] for i in chunk.children)
    return [chunk, *(c for c in own if c.case == "の")], [c for c in beside if c.case in ("に", "で")]


def places_in(scene: Scene, chunks: Iterable[Chunk]) -> set[str]:
    """The places that some chunks name, by ids."""
    return {n.entity().id for c in chunks for s in scene.slots_in(c) for n in s.names if n.type == "Place"}


def shared_out(scene: Scene, chunk: Chunk) -> bool:
    """Aに5円、Bに6円を出す: whether a chunk's own share stands behind it, so that others get theirs."""
    behind = scene.chunks[chunk.index + 1] if chunk.index + 1 < len(scene.chunks) else chunk
    return behind.tail == "、" and any(slot.quantity is not None for slot in scene.slots_in(behind))


def acting_inside(scene: Scene) -> set[str]:
    """Who acts in relative clauses, by ids: in Aが主導した資金調達にはBも参加した nobody puts money into A."""
    inner = (c for c in scene.chunks if c.case == "が" and c.parent >= 0 and scene.chunks[c.parent].bond.startswith("acl"))
    return {n.entity().id for c in inner for s in scene.slots_in(c) for n in s.names}
