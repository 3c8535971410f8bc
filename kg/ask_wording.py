"""A reading said back in words, in one language (``says`` in ``ontology/questions.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kg.ask_language import Words
from kg.ask_names import Names
from kg.question import ANYTHING, Bound, Filters, Kind, Known, Step
from kg.wording import number_text

SIDES = ("subject", "object")
WHO = re.compile(r"\{who\|([^}]*)\}")


class Wording:
    """Wordings in one language; ``dates`` are the properties that give one."""

    def __init__(self, words: Words, language: str, dates: Collection[str], names: Names | None = None) -> None:
        """Things are called as the question has them, or in English by their ``names``."""
        self._dates, self._names = dates, names
        self._says = words.says
        self._who = words.who[language]
        self._phrases: Mapping[str, Any] = words.phrases[language]
        self._language = language
        self._filters = Filters()

    def reading(self, step: Step, filters: Filters) -> str:
        """What a reading asks, filters included."""
        self._filters = filters
        said = self.step(step)
        said = self._phrases["count"].format(said) if step.count else said
        if filters.place:
            said = self._phrases["place"].format(said, place=filters.place.label)
        said = said if filters.inner else self._dated(self._sure(said))
        said = self._phrases["newest"].format(said) if filters.newest else said
        said = self._phrases["ahead"].format(said) if filters.ahead else said
        said = said if filters.inner else self._spoken(said)
        return self._phrases["unused"].format(said, words=", ".join(filters.unused)) if filters.unused else said

    def steps(self, step: Step) -> Iterator[str]:
        """What each step asks that a step is made of."""
        yield from (self.step(node) for role, node in step.given if isinstance(node, Step) and role in SIDES)

    def _dated(self, said: str) -> str:
        time = self._filters.time
        return str(self._phrases["time"][time.relation].format(said, date=time.date)) if time else said

    def _sure(self, said: str) -> str:
        modality = self._filters.modality
        return str(self._phrases["modality"][modality.value].format(said)) if modality else said

    def _spoken(self, said: str) -> str:
        speaker = self._filters.speaker
        return str(self._phrases["speaker"].format(said, speaker=self._node(speaker))) if speaker else said

    def step(self, step: Step) -> str:
        """What a step wants, in words."""
        if step.property == ANYTHING:
            names = [self._node(node) for _, node in step.given]
            if step.bound:
                return self._asked(step, self._compared(step, self._phrases["figure"]))
            return self._asked(step, self._phrases["anything"][step.given[-1][0] if names else ""].format(*names))
        says = self._says[step.property][self._language]
        given = {role: self._node(node) for role, node in step.given}
        if (step.order and step.want != "value") or (step.bound and not step.measure):
            said = self._compared(step, says["noun"])
        else:
            if step.others and "alike" in says:
                says = {**says, "object": says["alike"]}
            told = "value" if "value" in says else next((end for end in ("subject", "object") if end not in given), "truth")
            wanted = {"claim": "subject", "speaker": "truth", "time": "truth", "conflict": told}.get(step.want, step.want)
            text = next(says[name] for name in (wanted, "truth", "value") if name in says)
            said = WHO.sub(lambda found: self._wanted(step, found.group(1)), text).format(
                **{**self._phrases["missing"], **given}
            )
        for role, name in given.items():  # what the pattern has no place for: the goods, where somebody holds a post
            beside = role == "product" or (step.want == "role" and role == "object")
            said = self._phrases["product"].format(said, product=name) if beside and name else said
        said = self._phrases["peak"][step.order].format(said) if step.order and step.want == "value" else said
        said = self._asked(step, said)
        said = self._phrases["also"][step.also].format(said) if step.also else said
        said = self._phrases["measure"].format(said, bound=self._limit(step.bound)) if step.measure and step.bound else said
        if step.date:
            said = self._phrases["time"][step.date.relation].format(said, date=step.date.date)
        return self._phrases["post"].format(said, post=self._post(step.posts)) if step.posts else said

    def _asked(self, step: Step, said: str) -> str:
        """What is asked of that which a step speaks of: who says it, where claims of it exclude each other."""
        if step.want == "time":
            whether, when = self._phrases["event"]
            return re.sub(str(whether), str(when), said)
        phrase = {"speaker": "teller", "conflict": "clash"}.get(step.want)
        return str(self._phrases[phrase].format(said)) if phrase else said

    def _post(self, spellings: tuple[str, ...]) -> str:
        """The post in the question's language, abbreviations in capitals."""
        fitting = [text for text in spellings if text.isascii() == (self._language == "en")] or spellings
        return fitting[0].upper() if len(fitting[0]) == 3 else fitting[0]

    def _compared(self, step: Step, noun: str) -> str:
        if step.among:
            things = self._phrases["and"].join(map(self._node, step.among))
            return str(self._phrases["among"].format(things=things, noun=noun, how=self._phrases["how"][step.order]))
        if step.bound and step.given:
            return str(
                self._phrases["worth"].format(who=self._node(step.given[0][1]), noun=noun, bound=self._limit(step.bound))
            )
        who = self._wanted(step, self._phrases["and"].join(self._who.values()) if not step.types else "")
        if step.bound:
            return str(self._phrases["compare"].format(who=who, noun=noun, bound=self._limit(step.bound)))
        kind = "dates" if step.property in self._dates else "order"
        return str(self._phrases[kind][step.order].format(who=who, noun=noun))

    def _limit(self, bound: Bound) -> str:
        return str(
            self._phrases["bound"][bound.limit].format(
                bound=f"{number_text(bound.number)} {bound.unit}", most=f"{number_text(bound.most)} {bound.unit}"
            )
        )

    def _wanted(self, step: Step, usual: str) -> str:
        if step.kind:
            return step.kind.label
        return self._named(step.types) or usual

    def _named(self, types: Collection[str]) -> str:
        return str(self._phrases["or"].join(self._who[type_] for type_ in self._who if type_ in types))

    def _node(self, node: Known | Kind | Step) -> str:
        if isinstance(node, Step) and node.property == ANYTHING:
            return str(self._phrases["owned"].format(*(self._node(known) for _, known in node.given)))
        if isinstance(node, Step):
            said = str(self._phrases["nested"].format(self.step(node)))
            said = self._spoken(self._dated(self._sure(said))) if self._filters.inner else said
            held = self._filters.modality or self._filters.speaker or self._filters.time
            return f"[{said}]" if held else said  # to which step it belongs
        if isinstance(node, Kind) and node.types:
            return self._named(node.types)
        return self._names.label(node) if self._names and isinstance(node, Known) else node.label
