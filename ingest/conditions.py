"""Whether the words around an event are those that a rule of the lexicon asks for (``ontology/words/frames.yaml``)."""

from __future__ import annotations

from ingest.clauses import Chunk
from ingest.frames import Event
from ingest.looks import shares
from ingest.scene import Scene
from ontology.lexicon import FrameRule, words

_WORDS = words("conditions")
STANDS = {"money": _WORDS["money"], "power": _WORDS["power"]}  # what a figure alone stands for
MOVES = _WORDS["moves"]  # verbs whose subject is what a rule asks of an object: 本社はXにある


def allowed(rule: FrameRule, event: Event) -> bool:
    """Whether the words around an event are those that the rule wants, and none that it excludes."""
    asks = rule.unless_object_of or rule.needs_object_of or rule.needs_noun
    nouns = _nouns(event) if asks else []
    if any(noun.endswith(rule.unless_object_of) for noun in nouns if rule.unless_object_of):
        return False
    excluded = any(event.roles.get(case) for case in rule.unless_case)
    if excluded or (event.received and ("から" in rule.unless_case or rule.otherwise)):
        return False
    if rule.needs_object_of and not any(noun.endswith(rule.needs_object_of) for noun in nouns):
        return False
    if rule.needs_noun and not any(noun.endswith(rule.needs_noun) for noun in _around(event, nouns)):
        return False
    for case, wanted in rule.needs_case_of.items():
        if not any(c.surface.endswith(wanted) for c in event.roles.get(case, ())):
            return False
    told = bool(event.roles.get("topic")) and bool(event.roles.get("から") or event.roles.get("が"))
    return all(event.roles.get(case) or (case == "を" and (event.gap is not None or told)) for case in rule.needs)


def _nouns(event: Event) -> list[str]:
    """The nouns that stand where an object stands."""
    objects = list(event.roles.get("を", ())) + [c for c in event.roles.get("が", ()) if event.passive]
    objects += [event.scene.chunks[i] for c in objects if shares(event.scene, c) for i in c.children]
    nouns = [_uncounted(event.scene, c) for c in objects] + ([event.prefix] if event.prefix else [])
    if not objects and not event.passive and event.verbal:  # 製造はAに委託する
        nouns += [c.surface for c in event.roles.get("topic", ()) if not event.scene.slots_in(c)]
    if event.word in MOVES:
        nouns += [c.surface for case in ("が", "topic") for c in event.roles.get(case, ())]
    if event.chunk is not event.carrier or not event.verbal:
        nouns.append(event.chunk.surface)
        nouns += [c.surface for c in event.roles.get("の", ())]
    objects += event.roles.get("の", ()) if not event.verbal else ()
    kinds = {s.quantity.kind for c in objects for s in event.scene.slots_in(c) if s.quantity is not None}
    nouns += [noun for kind in kinds & STANDS.keys() for noun in STANDS[kind]]
    return nouns


def _around(event: Event, nouns: list[str]) -> list[str]:
    """Every noun of the clause."""
    around = [*nouns, event.word, *(c.surface for group in event.roles.values() for c in group)]
    if event.gap is not None:
        around.append(event.gap.surface)
    chunks = event.scene.chunks
    linked = (chunks[i] for i in event.carrier.children if chunks[i].bond.startswith("advcl"))
    topics = [chunks[i] for clause in linked for i in clause.children if chunks[i].topical]  # 投資家の顔ぶれは豪華で、Aなどが
    around += [c.surface for topic in topics for c in (topic, *(chunks[i] for i in topic.children if chunks[i].case == "の"))]
    return around


def _uncounted(scene: Scene, chunk: Chunk) -> str:
    """The noun of a chunk without its figure: 株式6.6%."""
    slots = scene.slots_in(chunk)
    return chunk.surface.removesuffix(slots[-1].word) if slots and slots[-1].quantity is not None else chunk.surface
