"""Whose results an article tells, and of which term a company's money is (2025年8〜10月期, 2026年度第2四半期)."""

from __future__ import annotations

import re

from ingest.arguments import Arguments
from ingest.scene import Scene
from kg.model import Entity, Qualifier
from ontology.model import Property
from ontology.usage import usage

_QUARTER = r"(?:第[1-4一二三四]四半期|[上下]半?期|通期|中間期|中間連結会計期間)(?:累計)?"
_MONTHS = rf"(?:\d{{1,2}}月?[〜~-])?(?:\d{{2,4}}年)?\d{{1,2}}月期(?:の?{_QUARTER})?"
TERM = re.compile(
    rf"(?:(?:\d{{2,4}}|[前今当来翌昨])(?:会計年度|財年|年度?)の?)?(?:{_MONTHS}|{_QUARTER})(?!比|会社)"
    r"|\d{2,4}(?:年度|会計年度|財年)|[前今当来翌昨](?:会計年度|財年|年度)|(?:直近|今|前|来)四半期(?!比)|[前今当来翌]期(?![間待比限])"
)


class Results:
    """The results that are told at hand."""

    def __init__(self, arguments: Arguments) -> None:
        """One per article."""
        self._arguments = arguments
        self.of: Entity | None = None  # whose were told last
        self._term = ("", -1)  # of what term the last figure was, and in which block; 0: the results that are told

    def note(self, scene: Scene) -> None:
        """Aは4〜6月期の決算を発表した, Aの業績は…: sales and profits told from here on are A's."""
        for chunk in (c for c in scene.chunks if c.surface.endswith(("決算", "業績"))):
            around = (scene.chunks[i] for i in (*chunk.children, *scene.chunks[chunk.parent].children))
            pool = (c for c in around if c.case == "の" or c.topical or c.case == "が")
            told = next((refs for c in pool if (refs := self._arguments.refs(scene, c, ("Organization",)))), ())
            self.of = told[0].entity if len(told) == 1 else None
            end = scene.span(chunk.start, chunk.end)[1]
            terms = [found[0] for found in TERM.finditer(self._arguments.text, scene.start, end)]
            self._term = (terms[-1], 0) if terms else self._term

    def term(self, scene: Scene, known: Property, at: int) -> dict[str, Qualifier]:
        """The business year or quarter that a company's money is of, as written: told before it, or with its results."""
        if known.name not in usage().termed:
            return {}
        text = self._arguments.text
        terms = [found[0] for found in TERM.finditer(text, scene.start, at)]
        dates = [s.date for s in scene.slots if s.date is not None]
        before = [date for date in dates if date.end <= at]
        if not terms and known.name in usage().results and (before or dates):
            date = before[-1] if before else dates[0]
            behind = re.match(r"[年度期半四上下通第-]*", text[date.core_end : date.core_end + 6])
            terms = [text[date.core_start : date.core_end] + (behind[0] if behind else "")]
        if terms:
            self._term = (terms[-1], scene.block.start)
        held, since = self._term
        carried = known.name in usage().results and since in (scene.block.start, 0)
        return {"period": terms[-1]} if terms else {"period": held} if held and carried else {}
