"""Who 同社 is, by the clause before, the paragraph's topic and the heading (definite reference by salience)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ingest.clauses import Chunk
from ingest.discourse import Discourse
from ingest.scene import Scene
from kg.model import Entity
from ontology.lexicon import patterns
from ontology.usage import usage

_RE = patterns("firms")


def firm_meant(
    discourse: Discourse, scene: Scene, chunk: Chunk, at: int, led: Callable[[Chunk], Iterable[Entity]]
) -> Entity | None:
    """Who 同社 is: named in the clause before in this sentence, the paragraph's topic, who the heading is about.

    None where salience decides. Nobody acts on himself by that word: in Aは同社と提携した it is not A. ``led`` gives the
    companies that are told with a person; offsets are code points into the normalised text.
    """
    text, kinds = discourse.text, ("Organization",)
    acting = [c for c in scene.chunks[: chunk.index] if (c.topical or c.case == "が") and not c.adnominal]
    busy = {
        n.entity().id
        for c in acting
        for s in scene.slots_in(c)
        for n in s.names
        if not _RE["linked"].search(text, n.cover[1], at)
    }
    people = [c for c in acting if any(n.type == "Person" for s in scene.slots_in(c) for n in s.names)]
    if home := next((entity for c in reversed(people) for entity in led(c)), None):
        return home
    inside = (m for m in discourse.told(kinds, scene.start, at) if m.entity.id not in busy)
    if linked := [m for m in inside if _RE["linked"].search(text, m.at, at)]:  # AがBから得たもので、同社は: not B
        return next((m for m in linked if not _RE["source"].match(text, m.at)), linked[0]).entity
    topics = [m for m in discourse.topics if m.at >= discourse.floor and m.entity.type in kinds and m.entity.id not in busy]
    if topics and topics[-1].noun == "は":
        return None
    last, raiser = discourse.done.get(usage().investment), discourse.raiser
    if last and raiser and last.entity.id == raiser.entity.id and last.at >= discourse.spans[0] and last.entity.id not in busy:
        return last.entity  # 60億ドルを調達した。Aが主導した。同社は: whose round it is
    heading = next((e for e in discourse.heading if e.type in kinds), None)
    if heading is not None and heading.id not in busy:
        return heading
    named = discourse.told(kinds, discourse.floor, at)
    before = {m.entity.id: m for m in named if discourse.spans[0] <= m.at < scene.start and m.entity.id not in busy}
    if len(before) == 1 and all(_RE["acted_on"].match(text, m.at) for m in before.values()):
        return next(m.entity for m in before.values())
    usual = discourse.last(kinds, at)
    main = discourse.protagonist()
    if not topics and not busy & {main.id if main else ""} and main is not None:
        return main
    return next((m.entity for m in named if m.entity.id not in busy), None) if usual and usual[0].id in busy else None
