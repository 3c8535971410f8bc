"""Predicate-argument structure: which chunk stands in which deep case of which predicate (case frames after Fillmore 1968).

General Japanese grammar, no domain words: voice is undone, relative clauses give their head noun back, te-forms and modal
nouns pass their subject on, light verbs lend their arguments to the noun that they carry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import attrgetter

from ingest.clauses import ABSTRACT, Chunk, predicate
from ingest.looks import joins
from ingest.scene import Scene, Slot
from ontology.lexicon import Cues, patterns, words

_RE = patterns("frames")
_WORDS = words("frames")
GIVING = _RE["giving"]
CONTRACT = _RE["contract"]
CLEFT = _RE["cleft"]
COPULA = _RE["copula"]
_INDEX = attrgetter("index")


@dataclass(slots=True)
class Event:
    """A predicate and its arguments.

    ``word`` is the lexicon's entry for it, ``roles`` maps deep cases to chunks. ``carrier`` is the light verb that carries an
    event noun, else the chunk itself; ``prefix`` the words compounded in front of an event noun (GPU in GPU調達), ``suffix``
    those behind it (計画 in 拡張計画). ``gap`` is the head noun of a relative clause.
    """

    scene: Scene
    chunk: Chunk
    word: str
    carrier: Chunk
    roles: dict[str, list[Chunk]] = field(default_factory=dict)
    gap: Chunk | None = None
    prefix: str = ""
    suffix: str = ""
    prefix_slots: tuple[Slot, ...] = ()
    passive: bool = False
    verbal: bool = True
    received: bool = False

    @property
    def cleft(self) -> bool:
        """Whether its gap is brought out behind it: 納めたのはAだ."""
        return self.gap is not None and bool(CLEFT.search(self.carrier.tail))


def events(scene: Scene, words: frozenset[str], cues: Cues) -> Iterator[Event]:
    """The events of a sentence whose predicate is one of ``words``."""
    for chunk in scene.chunks:
        for word, prefix, suffix in _predicates(scene.chunks, chunk, words):
            yield from _distributed(_event(scene, chunk, word, prefix, suffix, cues))


def _distributed(event: Event) -> Iterator[Event]:
    """GPUをAから、サーバーをBから調達する; CPUはAが、GPUはBが担う: an event for each pair that shares the predicate."""
    own = [c for group in event.roles.values() for c in group]
    row = sorted({c.index: c for c in own if c.index < event.chunk.index and not c.adnominal}.values(), key=_INDEX)
    cases = ["topic" if c.topical else c.case or "〜" for c in row]
    for at in range(len(row) - 3):
        first, second = cases[at], cases[at + 2]
        last = cases[at + 3]
        if (
            first != second
            or row[at].case != row[at + 2].case
            or first == last
            or not {first, last} <= {*_WORDS["shared"]}
            or cases[at + 1] not in (last, "〜")
        ):
            continue
        if cases[at + 1] == "〜" and not event.scene.slots_in(row[at + 1]):
            continue  # Aでは今後3年で5円を投じる
        end = at + 4
        while cases[end : end + 2] == [first, last]:
            end += 2
        paired = {first: row[at:end:2], last: row[at + 1 : end : 2]}
        rest = {case: [c for c in group if c not in row[at:end]] for case, group in event.roles.items()}
        for left, right in zip(paired[first], paired[last], strict=True):
            yield replace(event, roles={**rest, first: [left], last: [right]})
        return
    yield event


def idiom(sentence: Sequence[Chunk], chunk: Chunk) -> str:
    """A verb with the noun right before it, as idioms are written in the lexicon: 手に入れる, 手を組む."""
    before = sentence[chunk.index - 1] if chunk.index and chunk.index - 1 in chunk.children else None
    return f"{before.surface}{before.case}{chunk.head.lemma}" if before is not None else ""


_PHASE = re.compile(r"(出|だ|始め|はじめ)(?=[しすさせたてるま])")


def _phased(chunk: Chunk) -> str:
    """A verb with the phase it is in, as the lexicon writes it: 動き出す, 動き始める."""
    phase = _PHASE.match(chunk.tail)
    return chunk.head.text + {"出": "出す", "だ": "だす"}.get(phase[1], f"{phase[1]}る") if phase else ""


def _predicates(sentence: Sequence[Chunk], chunk: Chunk, words: frozenset[str]) -> tuple[tuple[str, str, str], ...]:
    """Lexicon words that a chunk's content words end with, the longest first, with what stands before and behind."""
    if chunk.head.tag.startswith("動詞"):
        compound = chunk.surface[: len(chunk.surface) - len(chunk.words[-1].text)] + chunk.head.lemma  # 追いかける
        forms = (idiom(sentence, chunk), _phased(chunk), compound, predicate(sentence, chunk), chunk.head.lemma)
        found = next((word for word in forms if word in words), None)
        if found is not None:
            return ((found, "", ""),)
    return _closing(chunk.surface, words)


@lru_cache(maxsize=4_096)
def _closing(surface: str, words: frozenset[str]) -> tuple[tuple[str, str, str], ...]:
    """The same for a noun; 構築・運用する says both."""
    *firsts, surface = re.split("[・、]", surface)
    made = [(part, "", "") for part in firsts if part in words]
    suffixes = [""]
    rest = surface
    while modal := _RE["modal_suffix"].search(rest):
        rest = rest[: modal.start()]
        suffixes.append(surface[len(rest) :])
        if len(suffixes) > 3:
            break
    for suffix in suffixes:
        body = surface[: len(surface) - len(suffix)]
        for size in range(min(len(body), 10), 1, -1):
            if body[-size:] in words:
                made.append((body[-size:], body[:-size], suffix))
                break
    return tuple(made)


def _event(scene: Scene, chunk: Chunk, word: str, prefix: str, suffix: str, cues: Cues) -> Event:
    verbal = (chunk.verbal and not suffix) or (suffix in _WORDS["ongoing"] and chunk.case in ("", "と", "で"))
    made = Event(scene, chunk, word, chunk, prefix=prefix, suffix=suffix, verbal=verbal, passive=verbal and chunk.passive)
    made.prefix_slots = tuple(s for s in scene.slots_in(chunk) if prefix and s.names)
    own = [scene.chunks[i] for i in chunk.children if i < chunk.index]
    received = purpose = False
    if not verbal:
        carrier = _carrier(scene, chunk, cues)
        if carrier is not None:
            made.carrier = carrier
            received = _word(scene, carrier) in cues.light_received and word != "受注"  # which is receiving itself
            bound = chunk if carrier.index == chunk.parent else scene.chunks[chunk.parent]
            purpose = bound.case == "に" and _word(scene, carrier) in cues.light_purpose
            own += [c for i in carrier.children if (c := scene.chunks[i]) not in (chunk, bound) and i < carrier.index]
            made.passive = carrier.passive and chunk.case not in ("が", "は", "も", "を")
        own += _chained(scene, own)
        dated = [c for c in own if c.case == "の" and any(s.date is not None for s in scene.slots_in(c))]
        own += [c for date in dated for i in date.children if (c := scene.chunks[i]).case == "の"]  # Aの3月の稼働
    else:
        own = [c for child in own for c in (*_held(scene, child), child)]
    made.gap = _gap(scene, made, cues.ties["listing"])
    if made.gap is not None and suffix in _WORDS["ongoing"]:
        before = scene.chunks[chunk.index - 1] if chunk.index else chunk
        own += [before] if before.case in ("に", "で") and before.parent > made.gap.index else []
        own += [c for i in made.gap.children if (c := scene.chunks[i]).index < chunk.index and not c.adnominal and c not in own]
    if made.cleft and made.gap is not None:  # 助成するのはAに5円だ
        own += [c for i in made.gap.children if (c := scene.chunks[i]).case in ("に", "へ") and i > made.carrier.index]
    if tools := [c for link in own for c in _instruments(scene, link)]:
        made.roles["で"] = tools
    for case, child in _raised(scene, made, own):
        made.roles.setdefault(case, []).append(child)
    for child in own:
        if _copular(scene, child):
            continue
        if not child.verbal or (child.case in ("が", "を", "の") and child.bond.startswith(("nsubj", "obj", "obl", "nmod"))):
            made.roles.setdefault(_case(scene, child), []).append(child)
    _undo(scene, made, received=received, purpose=purpose)
    return made


def _undo(scene: Scene, made: Event, *, received: bool, purpose: bool) -> None:
    """Voice undone: who acts stands in が, what it is done to in を."""
    if made.verbal and re.match(r".{0,4}(?:て|で)(?:もら|いただ|頂)", made.chunk.tail):
        _undo_benefactive(made)
    elif made.verbal and re.match(r"さ?せ(?!ず)", made.chunk.tail) and made.roles.get("を") and _doers(scene, made):
        made.roles["が"], made.roles["に"] = _doers(scene, made), []
    elif purpose:
        _undo_purpose(made)
    elif made.passive:
        _undo_passive(scene, made)
    elif received:
        made.received = True
        _undo_received(made)


def _raised(scene: Scene, event: Event, own: Sequence[Chunk]) -> Iterator[tuple[str, Chunk]]:
    """AはBから供給を受ける契約を結んだ, Bに供給することで合意した: what stands with the verb around belongs to the act inside.

    The partner of a contract is its other side: ``相手``.
    """
    carrier = event.carrier
    head = scene.chunks[carrier.parent] if carrier.parent > carrier.index and carrier.bond.startswith("acl") else None
    if head is None or not ABSTRACT.search(head.surface) or scene.slots_in(head):
        return
    if not any(c.topical for c in own) and COPULA.match(head.tail):  # 製造はBに委託する方向だ
        yield from (("topic", c) for i in head.children if (c := scene.chunks[i]).topical and i < carrier.index)
    verb = scene.chunks[head.parent] if head.parent > head.index else head
    if not verb.verbal:
        return
    taken = {c.case for c in own}
    if CONTRACT.search(head.surface + verb.surface):  # デルと5円のサーバーを買う契約: the parser hangs デル on サーバー
        beside = (scene.chunks[i] for c in own if c.case == "を" for i in c.children)
        yield from (
            ("相手", c)
            for c in beside
            if c.case == "と" and any(n.type == "Organization" for s in scene.slots_in(c) for n in s.names)
        )
    for child in (scene.chunks[i] for i in verb.children if i < min([carrier.index, *(c.index for c in own)])):
        if child.case in _WORDS["raised"] and child.case not in taken and not child.adnominal:
            agreed = child.case == "と" and CONTRACT.search(head.surface + verb.surface)
            yield ("相手" if agreed else child.case), child


def _instruments(scene: Scene, link: Chunk) -> list[Chunk]:
    """Aを使ってBを訓練する."""
    if not (link.verbal and re.match(r"(?:し)?て", link.tail) and _word(scene, link) in _WORDS["using"]):
        return []
    return [scene.chunks[i] for i in link.children if scene.chunks[i].case == "を"]


def _held(scene: Scene, child: Chunk) -> list[Chunk]:
    """AはBに5円を追加で投じた: what the parser hangs on an adverbial noun belongs to the verb behind it."""
    if not (child.bond.startswith("advcl") and re.fullmatch(r"で、?", child.tail) and not child.verbal):
        return []
    return [c for i in child.children if (c := scene.chunks[i]).case in ("を", "に", "へ") and i < child.index]


def _chained(scene: Scene, own: Sequence[Chunk]) -> list[Chunk]:
    """AによるBへのCの供給: the parser hangs each link on the next noun, but all of them belong to the event."""
    links: list[Chunk] = []
    pending = [child for child in own if child.adnominal]
    while pending:
        inner = [scene.chunks[i] for child in pending for i in child.children]
        pending = [c for c in inner if c.adnominal and c.case in ("へ", "による", "と", "から", "で", "向け", "に")]
        links += pending
    return links


def _case(scene: Scene, child: Chunk) -> str:
    if not child.tail and child.bond.startswith(("nsubj", "compound")) and "数詞" not in child.head.tag:  # 田中率いる
        return "が"
    timed = not child.children and "副詞可能" in child.head.tag and child.surface not in _WORDS["quantities"]  # 昨年は
    slots = scene.slots_in(child)
    if child.case == "も" and slots and slots[-1].quantity is not None and child.surface == slots[-1].word:
        return "〜"  # 5円もかける
    if child.case in ("は", "に", "も") and (slots[-1].date is not None if slots else timed and child.case == "は"):
        return "〜"
    return "topic" if child.topical else child.case or "〜"


def _word(scene: Scene, chunk: Chunk) -> str:
    return predicate(scene.chunks, chunk)


def _copular(scene: Scene, child: Chunk) -> bool:
    """費用は5円で、…: a figure with a topic of its own is a clause, no means."""
    told = child.tail.startswith("で、") and any(s.quantity is not None for s in scene.slots_in(child))
    return told and any(scene.chunks[i].topical for i in child.children)


def _carrier(scene: Scene, chunk: Chunk, cues: Cues) -> Chunk | None:
    if chunk.parent < 0:
        return None
    parent = scene.chunks[chunk.parent]
    if joins(chunk) and chunk.parent == chunk.index + 1 and not parent.verbal and "サ変" in parent.head.tag:
        return _carrier(scene, parent, cues)  # 学習と運用に使う
    if chunk.case not in ("を", "が", "に", "で", "は", "も"):
        return None
    word = _word(scene, parent)
    if parent.surface.endswith(_WORDS["ongoing"]):  # 出資を協議中だ
        word = re.sub("|".join(_WORDS["ongoing"]) + "$", "", parent.surface)
    if (spoken := idiom(scene.chunks, parent)) in cues.light_same:
        word = spoken
    light = word in cues.light_same or word in cues.light_received or parent.surface in cues.light_same
    light = light or (chunk.case == "に" and word in cues.light_purpose)
    return parent if parent.index > chunk.index and light else None


def _gap(scene: Scene, event: Event, listing: Collection[str]) -> Chunk | None:
    """The noun that a relative clause modifies, or that a cleft brings out (率いるのはタン氏だ)."""
    carrier = event.carrier
    if carrier.parent <= carrier.index:
        return None
    parent = scene.chunks[carrier.parent]
    if CLEFT.search(carrier.tail):
        if parent.verbal and parent.bond.startswith("acl"):  # 導入したのはH100を積んだサーバーだ
            parent = scene.chunks[parent.parent]
        if all(slot.quantity for slot in scene.slots_in(parent)):  # 積まれたのはH100が5台
            parent = next((c for i in parent.children if (c := scene.chunks[i]).case == "が"), parent)
        return parent if not parent.verbal and COPULA.match(parent.tail) else None
    relative = carrier.bond.startswith("acl") or (
        not event.verbal
        and carrier is event.chunk
        and carrier.case == "の"
        and (event.suffix in _WORDS["ongoing"] or (event.word in _WORDS["equipped"] and bool(event.prefix_slots)))
    )
    if not relative or re.match(r"と", carrier.tail) or (parent.verbal and not scene.slots_in(parent)):
        return None
    if _RE["linking"].match(carrier.tail) or parent.surface == "ため":
        return None
    if ABSTRACT.search(parent.surface) and not scene.slots_in(parent):
        outer = scene.chunks[parent.parent] if parent.parent > parent.index else None
        through = parent.bond.startswith("acl") or parent.case == "の"  # 建設する予定だったセンター, 導入する計画のGPU
        if outer is None or not through or outer.verbal or "サ変" in outer.head.tag or ABSTRACT.search(outer.surface):
            return None
        parent = outer
    if (
        parent.case == "の"
        and parent.parent > parent.index
        and _RE["degree"].fullmatch(parent.surface)
        and not scene.slots_in(parent)
    ):
        parent = scene.chunks[parent.parent]
    return _identified(scene, parent, listing)


def _identified(scene: Scene, noun: Chunk, listing: Collection[str]) -> Chunk:
    """Aが出資する企業はBだ, …企業にはBがある: who a noun of a kind is."""
    if scene.slots_in(noun) or noun.parent <= noun.index:
        return noun
    verb = scene.chunks[noun.parent]
    if noun.tail == "、" and verb.index == noun.index + 1 and scene.slots_in(verb):  # Aが出資する会社、B
        return verb
    if noun.case in ("は", "が", "も") and not verb.verbal and scene.slots_in(verb) and COPULA.match(verb.tail):
        return verb
    if noun.case == "に" and predicate(scene.chunks, verb) in listing:
        return next((c for i in verb.children if (c := scene.chunks[i]).case == "が" and scene.slots_in(c)), noun)
    return noun


def _undo_passive(scene: Scene, event: Event) -> None:
    roles = event.roles
    agents = roles.pop("による", [])
    agents += [
        c
        for c in roles.get("に", [])
        if not GIVING.fullmatch(event.word)
        and any(s.names and s.names[0].type in ("Organization", "Person") for s in scene.slots_in(c))
    ]
    if not agents and _RE["given_from"].fullmatch(event.word):
        agents = roles.pop("から", [])
    if roles.get("を"):  # the passive of the one concerned: Aは資金をBから提供された
        roles["に"] = [c for c in (*roles.pop("が", []), *roles.pop("topic", []), *roles.get("に", [])) if c not in agents]
        roles["が"] = agents
        return
    patients = roles.pop("が", [])
    if not patients:
        patients = roles.pop("topic", [])
        if not patients and event.gap is not None:
            topics = [c for i in event.gap.children if (c := scene.chunks[i]).topical and c.index < event.chunk.index]
            named = bool(scene.slots_in(event.gap)) or not COPULA.match(event.gap.tail)
            patients, event.gap = [event.gap] if named else [*topics, event.gap], None  # Aは4月に設立された企業だ
    roles["が"] = agents
    roles["を"] = patients + roles.get("を", [])
    if agents:
        roles["に"] = [c for c in roles.get("に", []) if c not in agents]


def _doers(scene: Scene, event: Event) -> list[Chunk]:
    """AはBにCを使わせる: B is made to act."""
    kinds = ("Organization", "Person")
    return [c for c in event.roles.get("に", []) if any(s.names and s.names[0].type in kinds for s in scene.slots_in(c))]


def _undo_benefactive(event: Event) -> None:
    """AはBに作ってもらう: B makes it, for A."""
    roles = event.roles
    makers = roles.pop("に", []) + roles.pop("から", [])
    roles["に"] = roles.pop("が", []) + roles.pop("topic", [])
    roles["が"] = makers


def _undo_purpose(event: Event) -> None:
    """XをYの訓練に使う, Xは訓練に使われる: X is the instrument of the noun's act."""
    roles = event.roles
    tools = roles.pop("を", [])
    if event.passive:
        tools += roles.pop("が", []) + roles.pop("topic", [])
        event.passive = False
    if event.gap is not None:
        tools.append(event.gap)
    roles["で"] = tools + roles.get("で", [])


def _undo_received(event: Event) -> None:
    roles = event.roles
    givers = roles.pop("から", []) + roles.pop("による", []) + roles.get("の", [])
    acting, topics = roles.pop("が", []), roles.get("topic", [])
    if acting and topics:  # Aは、Bが新株を引き受ける形の出資を受けた: B gives it
        givers, acting = givers + acting, []
    takers, gap = acting + topics, [event.gap] if event.gap is not None else []
    takers, givers = (takers, givers + gap) if takers else (gap, givers)
    roles["が"], roles["に"] = givers, takers
    event.gap = None
