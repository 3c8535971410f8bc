"""Claims and answers for programs and notebooks: cited, and shown as HTML where a notebook shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from typing import Unpack

from kg import catalog, compare
from kg.ask_answer import Answer, Cited, Found, named
from kg.cite import Reference, reference
from kg.compare import Agreement, Conflict
from kg.export.stores import of_store
from kg.model import Claim
from kg.store import Store
from kg.wording import target_text, value_text

VOICE = {"en": "in the article's own words", "ja": "記事の地の文"}
SOURCES = {"en": "independent sources", "ja": "独立した情報源"}
NOTHING = {"en": "No article that was read says so.", "ja": "読み込んだ記事に、そう述べたものはありません。"}
DERIVED = {"en": "indirect", "ja": "間接的"}


class Claims(tuple[Cited, ...]):
    """Claims with their citations, in the order of articles and of their words."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return (
            "<table>" + "".join(f"<tr><td>{_statement(one.claim)}</td><td>{_told(one)}</td></tr>" for one in self) + "</table>"
        )


def claims(
    store: Store, *, lang: str = "ja", limit: int | None = None, offset: int = 0, **conditions: Unpack[catalog.Conditions]
) -> Claims:
    """The claims that meet the conditions, each with its citation in ``lang``. Raises :class:`kg.errors.InvalidValue`."""
    article = cache(lambda id: catalog.article(store, id))
    found = catalog.claims(store, limit=limit, offset=offset, **conditions)
    return Claims(Cited(claim, reference(claim, article(claim.article), lang)) for claim in found)


def conflicts(store: Store, **conditions: Unpack[catalog.Conditions]) -> tuple[Conflict, ...]:
    """Where claims that meet the conditions exclude each other: the positions with their independent sources and claims."""
    return compare.conflicts(catalog.claims(store, **conditions), of_store(store).articles)


def agreement(store: Store, **conditions: Unpack[catalog.Conditions]) -> tuple[Agreement, ...]:
    """Each statement of such claims with its independent sources, those that most sources make first."""
    return compare.agreement(catalog.claims(store, **conditions), of_store(store).articles)


def answer_html(answer: Answer) -> str:
    """An answer with its quotes and sources, the direct answers before the derived ones; whatever articles say is text."""
    return "".join(_answer(answer))


def _answer(answer: Answer) -> Iterator[str]:
    more = answer.verdict or ("" if answer.count is None else str(answer.count))
    yield f"<p><b>{escape(answer.interpretation)}</b> {escape(more)}</p>"
    if not answer.understood:
        yield _items(map(escape, answer.suggestions))
    elif not answer.answers:
        yield f"<p>{NOTHING[answer.language]}</p>"
    for found in answer.answers:
        yield f"<h4>{_headline(found, answer.language)}</h4>{_agreed(found, answer.language)}"
        yield _items(_told(one, answer.language) for one in found.claims)
    yield from (answer_html(other) for other in answer.readings)


def _headline(found: Found, lang: str) -> str:
    value = found.value if isinstance(found.value, str) else value_text(found.value) if found.value else ""
    said = f"{named(found)} {value}" if found.entity else value
    said = f"{said} ({found.part.label()})" if found.part else said
    if not said:
        return _statement(found.claims[0].claim)
    return escape(said.strip()) + (f" <small>({DERIVED[lang]}: {escape(found.why)})</small>" if found.derived else "")


def _agreed(found: Found, lang: str) -> str:
    """Which independent sources say the same, where there are several."""
    told = f"<p><small>{SOURCES[lang]}: {escape(', '.join(found.sources))}</small></p>"
    return told if len(found.sources) > 1 else ""


def _items(rows: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>"


def _statement(claim: Claim) -> str:
    return escape(f"{claim.subject.label()} {claim.predicate} {target_text(claim)}")


def _told(one: Cited, lang: str = "en") -> str:
    """The quote, how sure it is and who says it, and the source with a link that opens it there."""
    ref: Reference = one.citation
    source = escape(", ".join(filter(None, (ref.title, ref.publisher, ref.published))))
    linked = f'<a href="{escape(ref.link)}">{source}</a>' if ref.link else source
    said = f"{one.claim.modality.value}, {' → '.join(ref.speakers) or VOICE[lang]}"
    return f"「{escape(ref.quote)}」 <small>{escape(said)} — {linked} <code>{one.claim.id}</code></small>"
