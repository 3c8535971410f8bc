"""Who says what a clause says: verbs of telling, sources, quotations, who stands beside them (``spec/claims.md``, case 10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ingest.arguments import Arguments, Ref
from ingest.cases import linked
from ingest.clauses import ABSTRACT, Chunk, predicate
from ingest.frames import idiom
from ingest.scene import Scene, Slot
from kg.model import Entity
from ontology.lexicon import Cues, patterns

SPEAKERS = ("Person", "Publication", "Organization")
_RE = patterns("voices")


class Voices:
    """Follows who speaks; remembers the paper named last, which hearsay without a source of its own carries on."""

    def __init__(self, arguments: Arguments, cues: Cues, above: Callable[[Scene, Chunk], Sequence[Chunk]]) -> None:
        """One per article, fed in reading order; ``above`` gives a chunk and those that govern it, the innermost first."""
        self._arguments = arguments
        self._cues = cues
        self._above = above
        self._paper: tuple[Entity, ...] = ()
        self._section = -1

    def of(self, scene: Scene, nodes: Sequence[Chunk]) -> tuple[Entity, ...]:
        """Who says what ``nodes``, a predicate and what governs it, say; the outermost first."""
        if scene.block.heading != self._section:  # what a paper told ends with its section
            self._section, self._paper = scene.block.heading, ()
        inner: list[Entity] = []
        sources: list[Entity] = []
        hearsay = hidden = False
        for node, previous in zip(nodes, (None, *nodes), strict=False):
            for child in (scene.chunks[index] for index in node.children):
                if self._is_source(child):
                    named = self._source(scene, child)
                    sources += [e for e in named if e not in sources]
                    continued = child.surface in self._cues.continued and not child.children
                    hearsay = hearsay or (not named and continued)
                    hidden = hidden or (not named and not continued and child.surface.endswith(self._cues.unnamed))
                if child.tail.startswith("に対し") and predicate(scene.chunks, node) in self._cues.speech:
                    sources += [ref.entity for ref in self._asking(scene, child)]
            if previous is not None and self._says(scene, previous, node):
                inner[:0] = [e for e in self._sayer(scene, node, previous, nodes[0]) if e not in inner]
            told_so = ("と" if scene.text[: node.start].endswith("と") else "") + node.surface + node.tail
            hearsay = hearsay or any(h in told_so for h in self._cues.hearsay)
        told = tuple(dict.fromkeys((*self.around(scene), *sources, *inner)))
        if told or hidden:
            self._paper = told[:1] if told and told[0].type == "Publication" else () if hidden else self._paper
        return told or (self._paper if hearsay and not hidden else ())

    def around(self, scene: Scene) -> tuple[Entity, ...]:
        """Who says the quotation that a sentence stands in, or is named in brackets at its end (…を協議中(Bloomberg))."""
        outer = scene.outer
        if outer is None:
            closing = [span for span in scene.asides if span[1] >= scene.end - 1]
            return self._arguments.discourse.papers(*closing[-1]) if closing else ()
        slot = next((s for s in outer.slots if s.quote is not None and s.quote[0] <= scene.start <= s.quote[1]), None)
        if slot is None:
            return ()
        holder = next((chunk for chunk in outer.chunks if slot in outer.slots_in(chunk)), None)
        told = self.of(outer, self._above(outer, holder)) if holder is not None else ()
        return told or self._beside(outer, slot)

    def _beside(self, scene: Scene, quote: Slot) -> tuple[Entity, ...]:
        """Who is named right before a quotation or in brackets behind it, or in a sentence beside it that points at it."""
        text = self._arguments.text
        names = [n for s in scene.slots if s.end <= quote.start for n in s.names if n.type == "Person"]
        if names and _RE["led"].fullmatch(text, names[-1].cover[1], quote.start):
            return (names[-1].entity(),)
        behind = next((span for span in scene.asides if span[0] - quote.end <= 1 and span[0] >= quote.end), None)
        if behind is not None:
            named = self._arguments.discourse.told(("Person",), *behind)
            return (named[0].entity,) if named else ()
        if text[scene.start : scene.end].rstrip("。") != text[quote.start : quote.end]:
            return ()
        return next((told for other in (scene.after, scene.before) if other and (told := self._pointing(other))), ())

    def _pointing(self, scene: Scene) -> tuple[Entity, ...]:
        """Who speaks where a sentence points at the quotation before or behind it: Aはこう述べた, 次のように語った."""
        for verb in scene.chunks:
            if verb.verbal and self._told(scene, verb, predicate(scene.chunks, verb)):
                for child in (scene.chunks[i] for i in verb.children):
                    front = min([child.start, *(scene.chunks[i].start for i in child.children)])
                    if scene.text[front : child.end].startswith(self._cues.pointing):
                        return self._sayer(scene, verb, child, child)
        return ()

    def _told(self, scene: Scene, verb: Chunk, word: str) -> bool:
        """Whether a verb, ``word`` in the dictionary, is one of telling."""
        speech = self._cues.speech
        return word in speech or verb.surface in speech or idiom(scene.chunks, verb) in speech

    def _who(self, scene: Scene, chunk: Chunk, types: Collection[str] = SPEAKERS) -> tuple[Ref, ...]:
        """Who a chunk names; nobody where it only says that somebody told (関係者)."""
        refs = self._arguments.refs(scene, chunk, types)
        return tuple(r for r in refs if not (r.entity.discovered and r.entity.labels[0].text.endswith(self._cues.unnamed)))

    def _says(self, scene: Scene, said: Chunk, verb: Chunk) -> bool:
        word = predicate(scene.chunks, verb)
        if word in ("する", "ある") or not self._told(scene, verb, word):
            return False
        if re.search(r"と(?:も|は)?、?$", said.tail) or (word in self._cues.denying and said.case in ("を", "も")):
            return True
        return (
            said.case in ("を", "も")
            and word in self._cues.announcing
            and (said.surface in self._cues.announced or said.head.text in self._cues.announced)
            and said.bond.startswith(("obj", "obl", "nsubj"))
            and bool(said.children)
        )

    def _asking(self, scene: Scene, child: Chunk) -> tuple[Ref, ...]:
        """The paper in 同紙に対し, ロイターの取材に対し: the paper that was told is the one that reports it."""
        owners = [scene.chunks[i] for i in child.children if scene.chunks[i].case == "の"]
        pool = [child, *(owners if child.surface.endswith(self._cues.source_nouns) else ())]
        return tuple(ref for c in pool for ref in self._arguments.refs(scene, c, ("Publication",)))

    def _sayer(self, scene: Scene, verb: Chunk, said: Chunk, claim: Chunk) -> tuple[Entity, ...]:
        """The subject of a verb of telling; ``said`` is what it governs, ``claim`` the predicate whose speaker is sought."""
        children = [scene.chunks[i] for i in verb.children if i != said.index]
        media = predicate(scene.chunks, verb) in self._cues.media
        if media:  # 受電容量を、Aは300MW、Bは350MWと伝えた: the nearest before
            inner = [scene.chunks[i] for i in said.children]
            papers = [
                (c.index, refs)
                for c in (*children, *inner)
                if c.case in ("は", "も", "が") and (refs := self._who(scene, c, ("Publication",)))
            ]
            if papers:
                nearest = max(papers, key=lambda pair: (pair[0] < claim.index, pair[0]))
                return tuple(ref.entity for ref in nearest[1])
        ranked = [c for c in children if c.case in ("は", "も")] + [c for c in children if c.case == "が"]
        heads = verb.parent > verb.index and (verb.bond.startswith("acl") or _RE["cleft"].search(verb.tail))
        gap = [scene.chunks[verb.parent]] if heads else []  # …と報じたロイター, …と語るのはAだ
        if told := next((refs for child in (*ranked, *gap) if (refs := self._who(scene, child))), ()):
            return tuple(ref.entity for ref in told)
        links = [c for c in children if c.index < said.index and linked(scene, c)]  # Aは…し、…すると述べた
        if told := next((refs for link in links if (refs := self.said_by(scene, link, SPEAKERS, ("は",)))), ()):
            return tuple(ref.entity for ref in told)
        found = self._inherited(scene, verb) or self._dislocated(scene, said, media=media)
        return found or (() if ranked or verb.passive or media else self._carried(scene, verb))

    def _carried(self, scene: Scene, verb: Chunk) -> tuple[Entity, ...]:
        """Who goes on speaking: Aは…とした。そのうえで…と続けた."""
        start, _ = scene.span(verb.start, verb.end)
        topic = self._arguments.discourse.topics[-1:]
        near = [m.entity for m in topic if self._arguments.discourse.floor <= m.at < start and m.entity.type == "Person"]
        return tuple(near)

    def said_by(
        self, scene: Scene, verb: Chunk, types: Iterable[str], cases: Collection[str] = ("は", "が", "も")
    ) -> tuple[Ref, ...]:
        """The subject of a verb, as who says something."""
        subjects = (scene.chunks[i] for i in verb.children if scene.chunks[i].case in cases)
        return next((refs for c in subjects if (refs := self._who(scene, c, tuple(types)))), ())

    def _dislocated(self, scene: Scene, said: Chunk, *, media: bool) -> tuple[Entity, ...]:
        """Aは、Bが…したと述べた: the parser hangs the speaker's は on the inner verb, beside that one's own が."""
        pool, inner = [said], [said]
        while inner:
            inner = [c for c in self._below(scene, inner) if c.verbal or ABSTRACT.search(c.surface)]
            pool += inner
        topics = sorted({c.index for c in self._below(scene, pool) if c.case == "は"})
        types = ("Publication",) if media else SPEAKERS
        refs = next((refs for topic in topics if (refs := self._who(scene, scene.chunks[topic], types))), ())
        return tuple(ref.entity for ref in refs) or (self._paper if media else ())

    def _below(self, scene: Scene, nodes: Iterable[Chunk]) -> Iterator[Chunk]:
        return (scene.chunks[i] for node in nodes for i in node.children)

    def _inherited(self, scene: Scene, verb: Chunk) -> tuple[Entity, ...]:
        """The topic of the clause that the verb of saying hangs on."""
        node = verb
        while node.parent > node.index:
            node = scene.chunks[node.parent]
            if refs := self.said_by(scene, node, SPEAKERS, ("は",)):
                return tuple(ref.entity for ref in refs)
        return ()

    def _is_source(self, child: Chunk) -> bool:
        """Aによると, Aの試算では, Aが報じたところでは."""
        told = child.tail.startswith(("では", "だと")) and child.surface.endswith((*self._cues.source_nouns, "ところ"))
        return child.case == "source" or child.tail.startswith(self._cues.sources) or bool(told and child.children)

    def _source(self, scene: Scene, child: Chunk) -> tuple[Entity, ...]:
        if child.surface.endswith(self._cues.unnamed) and child.surface not in self._cues.continued:
            return ()
        refs = self._who(scene, child)
        if not refs:
            for slot in scene.slots_in(child):
                if slot.names:
                    refs = tuple(
                        Ref(n.entity("Organization"), n.start, n.end) for n in slot.names if n.type in (*SPEAKERS, "Name")
                    )
        if not refs and child.surface.endswith((*self._cues.source_nouns, "ところ")):
            for inner in (scene.chunks[i] for i in child.children):
                if inner.adnominal:
                    refs = refs or self._who(scene, inner)
                elif inner.verbal and predicate(scene.chunks, inner) in self._cues.speech:
                    refs = refs or self.said_by(scene, inner, SPEAKERS)
        return tuple(ref.entity for ref in refs)
