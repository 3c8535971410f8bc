"""Which chunks may stand in a deep case of an event, best first: its own, those of relative clauses, those lent by others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from ingest.clauses import ABSTRACT, Chunk, predicate, served
from ingest.frames import CONTRACT, COPULA, GIVING, Event
from ingest.scene import Scene, Slot
from ontology.lexicon import patterns, words

_RE = patterns("cases")
_WORDS = words("cases")


def candidates(event: Event, case: str) -> Iterator[Chunk]:
    """The chunks that may stand in a deep case of an event, best first; ``に:Facility`` asks for に."""
    case = case.partition(":")[0]
    if case.startswith("の") and len(case) > 1:
        yield from _owners(event.scene, event, case[1:])
        return
    yield from event.roles.get(case, ())
    if case in _FURTHER:
        yield from _FURTHER[case](event)


def _subjects(event: Event) -> Iterator[Chunk]:
    roles = event.roles
    if not event.verbal:
        yield from roles.get("による", ())
    bound = ("を", "に", "と") if event.verbal else ("の", "へ") if event.carrier is not event.chunk else ()
    if event.cleft or (event.gap is not None and any(roles.get(case) for case in bound)):
        yield from gaps(event)
    if (event.passive or not event.verbal) and not roles.get("が") and GIVING.fullmatch(event.word):
        yield from _makers(event)
    if not roles.get("が"):
        yield from _planners(event)
    yield from roles.get("topic", ())
    if not event.verbal:
        yield from roles.get("の", ())
    if event.verbal and not roles.get("が"):
        yield from _relative(event)
    if not (roles.get("が") or _stranger(event)) and (_inherits(event) or (roles.get("と") and event.chunk.case == "が")):
        yield from inherited(event)  # Aは提携を通じて…した, AはBとの競争が激しい


def _stranger(event: Event) -> bool:
    """Whether a topic of its own is a name that nobody knows: Aは…し、ディスカバリーはBを積む."""
    own = (c for c in event.roles.get("topic", ()) if c.case == "は" and not event.scene.slots_in(c))
    return any(_RE["strange"].fullmatch(c.surface) for c in own)


def _relative(event: Event) -> Iterator[Chunk]:
    """東京に本社を置き、Aを手がけるB: the noun behind a chain of relative clauses without a subject acts in each."""
    chunks, node = event.scene.chunks, event.carrier
    while node.bond.startswith("advcl") and not node.finite and node.parent > node.index and chunks[node.parent].verbal:
        node = chunks[node.parent]
    acting = any(chunks[i].case == "が" for i in node.children)
    if node is not event.carrier and node.bond.startswith("acl") and not (acting or node.passive):
        head = chunks[node.parent]
        yield from [head] if not ABSTRACT.search(head.surface) else []


def _planners(event: Event) -> Iterator[Chunk]:
    """Aを買収するBの計画: whose the plan is acts in it."""
    chunks, carrier = event.scene.chunks, event.carrier
    plan = chunks[carrier.parent] if carrier.bond.startswith("acl") and carrier.parent > carrier.index else None
    if plan is not None and ABSTRACT.search(plan.surface) and not event.scene.slots_in(plan):
        yield from (c for i in plan.children if (c := chunks[i]).case == "の" and c.index > carrier.index)


def _makers(event: Event) -> Iterator[Chunk]:
    """Aの(Aが作った)製品がBに納入された: it is A's to give."""
    chunks = event.scene.chunks
    for given in event.roles.get("を", ()) if event.passive else event.roles.get("topic", ()):
        for child in (chunks[i] for i in given.children):
            yield from [child] if child.case == "の" and event.passive else []
            yield from (chunks[i] for i in child.children if child.bond.startswith("acl") and chunks[i].case == "が")


def _objects(event: Event) -> Iterator[Chunk]:
    roles = event.roles
    missing = event.verbal and not roles.get("を")
    if not event.verbal:
        yield from roles.get("の", ())
    if event.gap is not None:
        yield from gaps(event)
    elif missing:
        yield from _shared_gap(event)
        yield from _shared(event, "を")
    several = (s.names for c in roles.get("で", ()) for s in event.scene.slots_in(c) if len(s.names) > 1)
    if event.passive or roles.get("が") or any(names[0].type == "Organization" for names in several):
        yield from roles.get("topic", ())  # BはAが進める, BはAなど3社で進める
        if missing and not roles.get("topic") and event.gap is None:  # BはAが建て、Cが運営する
            yield from (c for c in inherited(event) if c.case == "は")
    elif missing:
        yield from _doubled(event)
    if (event.passive and not roles.get("を")) or event.suffix in _WORDS["since"]:
        yield from inherited(event)


def _doubled(event: Event) -> Iterator[Chunk]:
    """Of two topics the nearer is the object: AはBは使っていない; so is one with も."""
    topics = event.roles.get("topic", [])
    acting = any(n.type in ("Organization", "Person") for c in topics for s in event.scene.slots_in(c) for n in s.names)
    lent = () if acting else inherited(event)  # Aは…し、Bは新設を検討している: B acts
    doubled = len(topics) > 1 or any(c.topical or c.case == "が" for c in lent if c not in topics)
    yield from (c for c in reversed(topics) if c.case == "も" or doubled)


def _obliques(case: str) -> Callable[[Event], Iterator[Chunk]]:
    def further(event: Event) -> Iterator[Chunk]:
        if event.gap is not None and (event.roles.get("が") or (event.roles.get("を") and not _acts(event, event.gap))):
            yield from gaps(event)
        yield from _swallowed(event.scene, event, case)
        for link in (event.scene.chunks[i] for i in event.carrier.children):  # 東京に5円を投じてXを建てる
            if link.verbal and re.match(r"(?:し|じ|け)?て", link.tail) and link.bond.startswith("advcl"):
                inner = [c for i in link.children if (c := event.scene.chunks[i]).case == case]
                yield from (c for c in inner if any(n.type == "Place" for s in event.scene.slots_in(c) for n in s.names))
        if event.verbal and all(s.quantity for c in event.roles.get(case, ()) for s in event.scene.slots_in(c)):
            yield from (c for c in _shared(event, case) if not _goods(event.scene, c))

    return further


def _acts(event: Event, gap: Chunk) -> bool:
    """OpenAIを追うA社: who a relative clause without a subject is about acts in it, and is not what it is done to."""
    named = (n for s in event.scene.slots_in(gap) for n in s.names)
    return not event.passive and any(n.type in ("Organization", "Person") for n in named)


def _goods(scene: Scene, chunk: Chunk) -> bool:
    """液冷に対応し、GPUを収める: what a clause has to do with is no place of the next one."""
    return any(n.type in ("Product", "Model") for s in scene.slots_in(chunk) for n in s.names)


def _hosts(event: Event) -> Iterator[Chunk]:
    chunks = event.scene.chunks
    for place in (*event.roles.get("に", ()), *event.roles.get("で", ())):
        if not any(slot.names for slot in event.scene.slots_in(place)):
            yield from (chunks[i] for i in place.children if chunks[i].case == "の")


def _after(event: Event) -> Iterator[Chunk]:
    if event.carrier is event.chunk and event.chunk.index + 1 < len(event.scene.chunks):
        yield event.scene.chunks[event.chunk.index + 1]


def gaps(event: Event) -> Iterator[Chunk]:
    """What a relative clause may modify: of Aが保有するBの料金 first B, then 料金."""
    if event.gap is not None:
        children = [event.scene.chunks[i] for i in event.gap.children]
        if not event.scene.slots_in(event.gap) and COPULA.match(event.gap.tail):
            outer = (
                event.scene.chunks[event.gap.parent].children
                if event.gap.tail.startswith("で、") and event.gap.parent >= 0
                else []
            )
            before = (event.scene.chunks[i] for i in outer if i < event.chunk.index)  # Xは、Aが建てた施設で、…を得た
            yield from (c for c in (*children, *before) if c.topical)
        yield from (c for c in children if c.case == "の" and c.index > event.chunk.index)
        yield event.gap


def _shared_gap(event: Event) -> Iterator[Chunk]:
    """Aが開発し、Bが運用するX: both verbs have the same object."""
    carrier = event.carrier
    parent = event.scene.chunks[carrier.parent] if carrier.parent > carrier.index else None
    if (
        parent is not None
        and carrier.bond.startswith("advcl")
        and not carrier.finite
        and parent.verbal
        and parent.bond.startswith("acl")
    ):
        head = event.scene.chunks[parent.parent]
        if not ABSTRACT.search(head.surface) and not any(event.scene.chunks[i].case == "を" for i in parent.children):
            yield head


def _shared(event: Event, case: str) -> Iterator[Chunk]:
    """AはBを買収し、子会社にした: the link before has the object of both (して tells a means, whose object is its own)."""
    chunks, carrier = event.scene.chunks, event.carrier
    beside = chunks[carrier.parent].children if carrier.parent > carrier.index and carrier.bond.startswith("advcl") else []
    for link in (chunks[i] for i in sorted((*carrier.children, *beside), reverse=True) if i < event.chunk.index):
        onward = _RE["onward"].fullmatch(link.tail) and not (
            event.passive or any(c.case == "も" for c in event.roles.get("topic", ()))
        )
        if link.verbal and link.bond.startswith("advcl") and (onward or link.tail in ("し、", "、")):
            yield from (chunks[i] for i in link.children if chunks[i].case == case)


def _onward(event: Event) -> Iterator[Chunk]:
    """250億ドルをかけて施設を整備する: what the clause that the money, time or means serves is done to."""
    chunks, clause = event.scene.chunks, served(event.scene.chunks, event.carrier)
    if clause is not None:
        yield from (c for i in clause.children if (c := chunks[i]).case == "を" and c.index > event.carrier.index)


def _purposes(event: Event) -> Iterator[Chunk]:
    """Xを建てるため(に)10億円を投じる, Xを建てるべく: what the clause of purpose before is done to."""
    chunks = event.scene.chunks
    for child in (chunks[i] for i in (*event.carrier.children, *event.chunk.children) if i < event.chunk.index):
        clauses = (
            [c for i in child.children if (c := chunks[i]).bond.startswith("acl")] if _RE["for"].match(child.surface) else []
        )
        clauses += [child] if child.verbal and child.tail.startswith("べく") else []
        bought = (c for c in clauses if predicate(chunks, c) not in _WORDS["making"])  # 増産するため: nobody buys it
        yield from (c for clause in bought for i in clause.children if (c := chunks[i]).case == "を")


def _inherits(event: Event) -> bool:
    """Whether the clause around lends its subject: always to a verb, to a noun only as its means (提携を通じて)."""
    if event.suffix in _WORDS["since"]:
        return False
    chunk = event.chunk
    if chunk.case == "の" and chunk.parent > chunk.index and event.scene.chunks[chunk.parent].surface in _WORDS["under"]:
        chunk = event.scene.chunks[chunk.parent]
    return event.verbal or event.carrier is not event.chunk or chunk.case in _WORDS["means"]


def _owners(scene: Scene, event: Event, noun: str) -> Iterator[Chunk]:
    lent = (c for c in inherited(event) if c.topical)  # Aの増資はBが引き受け、Cも応じた
    for chunk in chain(*event.roles.values(), lent):
        if chunk.surface.endswith(noun):
            yield from (
                c for i in chunk.children if (c := scene.chunks[i]).case == "の" or (c.adnominal and c.case in ("で", "へ"))
            )


def linked(scene: Scene, chunk: Chunk) -> bool:
    """Whether a chunk is the predicate of a clause that another follows (…し、 …で、)."""
    if chunk.verbal or not chunk.tail.startswith(("で、", "であり")):
        return chunk.verbal and chunk.bond.startswith("advcl")
    return chunk.bond.startswith("advcl") or any(scene.chunks[i].case == "は" for i in chunk.children)


def inherited(event: Event) -> Iterator[Chunk]:
    """Subjects and topics of the clauses around: what a te-chain, a modal noun or a quotation passes on, nearest first."""
    scene = event.scene
    seen = {event.carrier.index, event.chunk.index}
    node = event.carrier
    for child in (scene.chunks[i] for i in reversed(node.children)):
        if linked(scene, child):
            yield from _passed_on(event, child)
        elif ABSTRACT.search(child.surface) and child.bond.startswith("obl"):  # Aは…を辞めた後、…を起こした
            inner = (scene.chunks[i] for i in child.children)  # AはBであり、…した後、…した
            clauses = (c for c in inner if c.bond.startswith("acl") or linked(scene, c))
            yield from (scene.chunks[i] for clause in clauses for i in clause.children if scene.chunks[i].topical)
    while node.parent >= 0 and scene.chunks[node.parent].index not in seen:
        parent = scene.chunks[node.parent]
        seen.add(parent.index)
        siblings = [scene.chunks[i] for i in parent.children if i not in seen]
        agreed = CONTRACT.search(node.surface)  # 電力を買う契約をAが結んだ
        ranked = [c for c in reversed(siblings) if c.case == "が" and (c.index < event.chunk.index or agreed)]
        topics = [c for c in reversed(siblings) if c.topical]
        ranked += [c for c in topics if c.index < event.chunk.index] or topics  # A社は…する方針で、B氏は…と述べた
        yield from ranked
        # an earlier link of the chain may carry the subject
        for sibling in siblings:
            if linked(scene, sibling) and sibling.index < event.chunk.index:
                yield from _passed_on(event, sibling)
        if node.bond.startswith("acl") and not ABSTRACT.search(parent.surface):
            yield from _parallel(scene, node)
            yield from _stray(scene, event, parent)
            lent = event.verbal or (event.gap is not None and bool(scene.slots_in(event.gap)))  # 新築を計画するX
            if event.gap is not None and lent and not event.passive and not event.roles.get("を"):
                yield from _matrix(scene, parent)
            return
        node = parent


def _passed_on(event: Event, link: Chunk) -> Iterator[Chunk]:
    """The topic and subject of the link before; in Aが機器を納め、Bを積む it is not A that has B."""
    apart = event.word in _WORDS["having"] and predicate(event.scene.chunks, link) in _WORDS["serving"]
    yield from (c for i in link.children if (c := event.scene.chunks[i]).topical or (c.case == "が" and not apart))


def _parallel(scene: Scene, clause: Chunk) -> Iterator[Chunk]:
    """Aが9月に集めた4億ドルと10月に集めた2億ドル: who acts in the first of two like relative clauses acts in the other."""
    for other in reversed(scene.chunks[: clause.index]):
        if (
            other.bond.startswith("acl")
            and other.head.lemma == clause.head.lemma
            and scene.chunks[other.parent].case in _WORDS["joint"]
        ):
            yield from (scene.chunks[i] for i in other.children if scene.chunks[i].case == "が")


def _matrix(scene: Scene, noun: Chunk) -> Iterator[Chunk]:
    """Aは(建設した)センターを開放した: who acts on a thing is the one who made it, if nobody else is named."""
    while noun.parent > noun.index:
        yield from (c for i in scene.chunks[noun.parent].children if (c := scene.chunks[i]).case == "は" and i < noun.index)
        noun = scene.chunks[noun.parent]


def _swallowed(scene: Scene, event: Event, case: str) -> Iterator[Chunk]:
    """An argument that the parser gave to a relative clause inside the object: Xに[人が作った]データを提供する."""
    for held in event.roles.get("を", ()):
        for verb in (
            scene.chunks[i] for i in held.children if scene.chunks[i].bond.startswith("acl") and scene.chunks[i].verbal
        ):
            first = scene.chunks[min(verb.children)] if verb.children else None
            if first is not None and first.case == case and len(verb.children) > 1:
                yield first


def _stray(scene: Scene, event: Event, node: Chunk) -> Iterator[Chunk]:
    """A subject of a relative clause that the parser hung on a verb further right: nothing inflects between the two."""
    while node.parent > node.index:
        node = scene.chunks[node.parent]
        for child in (scene.chunks[i] for i in reversed(node.children)):
            between = scene.chunks[child.index + 1 : event.chunk.index]
            if child.case == "が" and child.index < event.chunk.index and not any(c.verbal for c in between):
                yield child
                return


def subordinate(scene: Scene, chunk: Chunk) -> bool:
    """Whether a chunk stands in a clause that modifies a noun which is no topic: [Aが興した]Bを."""
    inside = False
    while chunk.parent > chunk.index and not (inside and (chunk.verbal or chunk.topical)):
        parent = scene.chunks[chunk.parent]
        inside = inside or (chunk.bond.startswith("acl") and not ABSTRACT.search(parent.surface))
        chunk = parent
    return inside and not chunk.topical


def quantities_of(scene: Scene, chunk: Chunk, depth: int = 0) -> Iterator[tuple[Slot, Chunk]]:
    """The quantity slots that belong to a chunk: inside it, before it with の, or between it and its predicate."""
    for slot in scene.slots_in(chunk):
        if slot.quantity is not None:
            yield slot, chunk
    for index in chunk.children:
        joined = (
            scene.chunks[index].case == ""
            and scene.chunks[index].bond.startswith("nmod")
            and not scene.slots_in(scene.chunks[index])
        )
        if (joined or scene.chunks[index].case in ("へ", "の")) and depth < 2:
            yield from ((slot, chunk) for slot, _ in quantities_of(scene, scene.chunks[index], depth + 1))
        child = scene.chunks[index]
        if child.case in ("の", "", "例") or child.tail.startswith(("もの", "という", "規模", "相当", "以上", "超", "級")):
            for slot in scene.slots_in(child):
                if slot.quantity is not None:
                    yield slot, chunk


def dates_of(event: Event) -> Iterator[Slot]:
    """The dates that say when an event is: its own adjuncts, then those of the clauses it hangs on, nearest first."""
    scene = event.scene
    pool: Sequence[Chunk] = [c for group in event.roles.values() for c in group]
    if event.gap is not None:
        pool = [c for c in pool if not c.topical]  # 2021年には、Aが興したBを買収した: no day of the founding
    yield from (s for c in (event.chunk, *pool) for s in scene.slots_in(c) if s.date is not None)
    node = event.carrier
    for _ in range(4):
        if node.parent < 0:
            break
        parent = scene.chunks[node.parent]
        for index in reversed(parent.children):
            child = scene.chunks[index]
            if index < event.chunk.index and not child.verbal and not _compounded(child):
                yield from (s for s in scene.slots_in(child) if s.date is not None)
        node = parent
    lone = [slot for slot in scene.slots if slot.date is not None]
    if len(lone) == 1 and scene.made.new(lone[0].start - scene.start, lone[0].end - scene.start)[0] < event.chunk.start:
        held = next((c for c in scene.chunks if lone[0] in scene.slots_in(c)), None)
        inner = held is not None and "、" not in held.tail and subordinate(scene, held)  # 1979年に壊れた炉を再開する
        if held is None or not (_compounded(held) or (inner and not subordinate(scene, event.carrier))):
            yield lone[0]


def _compounded(chunk: Chunk) -> bool:
    """2012年創業で, 1979年事故の: the day of the noun that it is compounded with."""
    return len(chunk.words) > 2 and "サ変" in chunk.head.tag and not chunk.verbal


def _allied(event: Event) -> Iterator[Chunk]:
    """AはBと(1GWの)データセンターの整備で提携する: the parser hangs the partner on a noun between."""
    chunks = event.scene.chunks
    beside = [c for c in chunks[: event.chunk.index] if c.case == "と" and c.bond.startswith("nmod")]
    for one in [] if event.roles.get("と") else beside:
        between = chunks[one.index + 1 : event.chunk.index]
        noun = chunks[one.parent]
        named = any(s.names for s in event.scene.slots_in(noun))
        if (
            noun in between
            and not named
            and not any(c.topical or c.case == "が" or c.finite or (c.verbal and c.bond.startswith("acl")) for c in between)
        ):
            yield one


_FURTHER: Mapping[str, Callable[[Event], Iterator[Chunk]]] = {
    "が": _subjects,
    "を": _objects,
    "after": _after,
    "host": _hosts,
    "gap": gaps,
    "と": _allied,
    "onward": _onward,
    "purpose": _purposes,
    **{case: _obliques(case) for case in ("に", "で", "へ")},
}


def more_behind(event: Event, chunk: Chunk) -> bool:
    """Aを5台、Bを6台積む: whether another object of the verb stands behind a counted one."""
    held = next((c for c in event.roles.get("を", ()) if c.index > chunk.index), None) if chunk.case == "を" else None
    between = (event.scene.slot_at(at) for at in range(chunk.start, held.start)) if held is not None else ()
    return any(slot is not None and slot.quantity is not None for slot in between)


def linked_things(scene: Scene, chunk: Chunk) -> Iterator[Chunk]:
    """Xを開業し、容量を50MWに広げる: what the links before a chunk act on, where it is one thing."""
    for link in reversed(scene.chunks[: chunk.index]):
        if link.verbal and link.tail in ("し、", "、") and link.bond.startswith("advcl") and link.parent >= chunk.index:
            held = (c for i in link.children if (c := scene.chunks[i]).case == "を")
            yield from (
                c for c in held if not any(_counts(scene, other) for other in (c, *(scene.chunks[i] for i in c.children)))
            )


def _counts(scene: Scene, chunk: Chunk) -> bool:
    """Whether a chunk says how many things there are: 50の, 10棟."""
    if slots := scene.slots_in(chunk):
        return any(s.quantity is not None and s.quantity.kind == "count" for s in slots)
    return chunk.head.tag == "名詞-数詞"


def closed(scene: Scene, subject: Chunk, holder: Chunk) -> bool:
    """Whether a clause ends between a subject and a noun behind, so that the noun is not its: Aが出資し、評価額は…."""
    between = scene.chunks[subject.index + 1 : holder.index]
    return any(c.verbal and c.tail.endswith("、") for c in between)


def around(scene: Scene, chunk: Chunk, slot: Slot) -> tuple[str, str]:
    """The chunk's words before and behind a slot."""
    before, behind, seen = "", "", False
    for word in chunk.words:
        if scene.slot_at(word.start) is slot:
            seen = True
        elif seen:
            behind += word.text
        else:
            before += word.text
    return before, behind
