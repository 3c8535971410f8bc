"""The commands that only read a store: query, claims, conflicts, agreement, timeline, cite, export, validate, verify."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from api import text
from api.cli_options import AsJson, Language, Spoken, StorePath
from api.settings import read_settings
from api.shapes import Lang, Type, agreement_json, articles, checked, cited, conflict_json, entity_id, point_json
from kg import catalog, compare
from kg import cite as citing
from kg.errors import InputError
from kg.export import FORMATS, GraphOptions, find_format
from kg.export.stores import export_reference, of_store
from kg.model import Modality
from kg.namespaces import GRAPHS
from kg.selection import Selection
from kg.store import Store
from kg.terms import Term, nt

FAULTS = 1

Subjects = Annotated[list[str] | None, typer.Option(help="Only about this entity, by id or name; may be repeated.")]
Predicates = Annotated[list[str] | None, typer.Option(help="Only this property; may be repeated.")]
Modalities = Annotated[list[Modality] | None, typer.Option(help="Only claims that are this sure; may be repeated.")]
Confidence = Annotated[float, typer.Option(min=0, max=1, help="Only claims at least this confident.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file to write; else standard output.")]


def opened(store: str | None) -> Store:
    """The store, to read its newest state."""
    return read_settings(store=store).open(read_only=True)


def say(lines: Iterable[str]) -> None:
    """Lines on standard output, without colour where that is no terminal."""
    for line in lines:
        typer.echo(line)


def tell(
    bodies: Iterable[dict[str, Any]],
    lines: Callable[[dict[str, Any], str], Iterable[str]],
    of: str,
    lang: Lang | None,
    as_json: bool,
) -> None:
    """Print each, for a person by ``lines``, who is told where there are none :func:`of <text.nothing>` it."""
    empty = True
    for body in bodies:
        empty = False
        say_json(body) if as_json else say(lines(body, lang or Lang.EN))
    if empty and not as_json:
        typer.echo(text.nothing(of, lang or Lang.EN))


def say_json(body: Any) -> None:
    """One JSON value on a line."""
    typer.echo(json.dumps(body, ensure_ascii=False))


@contextmanager
def writing(output: Path | None) -> Iterator[Any]:
    """Bytes to standard output, or to a file that appears only when it is whole."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(output)
    except OSError as error:
        raise InputError(f"cannot write {output}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def query(
    sparql: Annotated[str | None, typer.Argument(help="A query; the usual prefixes need no declaration.")] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="A file that holds the query; - is standard input.")] = None,
    format: Annotated[
        str | None, typer.Option(help="json, xml, csv, tsv; of a graph turtle, trig, ntriples, nquads, jsonld, rdfxml.")
    ] = None,
    store: StorePath = None,
) -> None:
    """Answer a SPARQL query: a table, yes or no, or a graph in Turtle, unless --format says otherwise."""
    with opened(store) as kept:
        result = kept.query(query_text(sparql, file))
        if format or "turtle" in result.formats:
            result.write(sys.stdout.buffer, format or "turtle")
            sys.stdout.buffer.flush()
        elif result.boolean is not None:
            typer.echo("yes" if result.boolean else "no")
        else:
            say(text.table_lines(result.variables, ([shown(term) for term in row] for row in result.rows())))


def query_text(sparql: str | None, file: Path | None) -> str:
    """The query of the argument or of the file. Raises :class:`InputError` where there is not exactly one of them."""
    if (sparql is None) == (file is None):
        raise InputError("give a query, or --file with one")
    if file is None:
        return sparql or ""
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {file}: {error}") from error


def shown(term: Term | None) -> str:
    """A term for a reader: text as it is, our own addresses short, others in full."""
    if term is None:
        return ""
    return text.short(nt(term)) if isinstance(term, str) else term.text


def claims(
    subject: Subjects = None,
    predicate: Predicates = None,
    object: Annotated[list[str] | None, typer.Option(help="Only with this object, by id or name; may be repeated.")] = None,
    about: Annotated[list[str] | None, typer.Option(help="Only with this at either end, by id or name.")] = None,
    modality: Modalities = None,
    speaker: Annotated[list[str] | None, typer.Option(help="Only said by this entity (id or name); may be repeated.")] = None,
    article: Annotated[list[str] | None, typer.Option(help="Only of this article; may be repeated.")] = None,
    min_confidence: Confidence = 0.0,
    since: Annotated[str, typer.Option(help="Only of articles published on this date or later.")] = "",
    until: Annotated[str, typer.Option(help="Only of articles published on this date or earlier.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    store: StorePath = None,
    lang: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """List claims with their words and sources; --json gives one object a line."""
    given: dict[str, Any] = {"subject": subject, "predicate": predicate, "object": object, "about": about, "modality": modality}
    given |= {"speaker": speaker, "article": article, "min_confidence": min_confidence}
    given |= {"published_from": since, "published_to": until}
    with opened(store) as kept:
        wanted = checked(kept, **{name: value for name, value in given.items() if value})
        shape = cited(kept, lang or Lang.EN)
        bodies = (shape(claim) for claim in catalog.claims(kept, **wanted, limit=limit))
        tell(bodies, text.claim_lines, "claims", lang, as_json)


def conflicts(
    subject: Subjects = None,
    predicate: Predicates = None,
    store: StorePath = None,
    lang: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Show which claims about the same thing exclude each other; --json gives one object a line."""
    with opened(store) as kept:
        given = {name: value for name, value in (("subject", subject), ("predicate", predicate)) if value}
        wanted = checked(kept, **given)
        found = compare.conflicts(catalog.claims(kept, **wanted), articles(kept))
        bodies = (conflict_json(conflict, cited(kept, lang or Lang.EN)) for conflict in found)
        tell(bodies, text.conflict_lines, "conflicts", lang, as_json)


def agreement(
    subject: Subjects = None,
    predicate: Predicates = None,
    sources: Annotated[int, typer.Option(min=1, help="Only what at least so many independent sources say.")] = 2,
    store: StorePath = None,
    lang: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Show what several independent sources say alike, the best supported first; --json gives one object a line."""
    with opened(store) as kept:
        wanted = checked(kept, **{name: value for name, value in (("subject", subject), ("predicate", predicate)) if value})
        found = compare.agreement(catalog.claims(kept, **wanted), articles(kept))
        some = (agreed for agreed in found if len(agreed.sources) >= sources)
        bodies = (agreement_json(agreed, cited(kept, lang or Lang.EN)) for agreed in some)
        tell(bodies, text.agreement_lines, "agreement", lang, as_json)


def timeline(
    subject: Annotated[str, typer.Argument(help="The entity, by id or name.")],
    predicate: Annotated[str, typer.Argument(help="The property.")],
    store: StorePath = None,
    lang: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Show how one value of one thing moved, by the day that claims are about; --json gives one object a line."""
    with opened(store) as kept:
        wanted = checked(kept, subject=[subject], predicate=[predicate])
        points = compare.timeline(catalog.claims(kept, **wanted), articles(kept), wanted["subject"][0], predicate)
        shape = cited(kept, lang or Lang.EN)
        bodies = [point_json(point, shape) for point in points]
        for body in bodies if as_json else ():
            say_json(body)
        if not as_json:
            say(text.point_lines(bodies, lang or Lang.EN) if bodies else [text.nothing("claims", lang or Lang.EN)])


def cite(
    claims: Annotated[list[str], typer.Argument(help="Ids of claims.")],
    style: Annotated[str, typer.Option(help=f"{', '.join(citing.STYLES)}.")] = "text",
    store: StorePath = None,
    lang: Language = Lang.JA,
) -> None:
    """Cite claims, ready to paste."""
    with opened(store) as kept:
        found = [catalog.claim(kept, id) for id in claims]
        sources = {claim.article: catalog.article(kept, claim.article) for claim in found}
        typer.echo(citing.cite(found, sources, style, lang), nl=False)


def export(
    format: Annotated[str, typer.Option(help=f"{', '.join(FORMATS)}.")] = "jsonl",
    output: Output = None,
    predicate: Predicates = None,
    type: Annotated[
        list[Type] | None, typer.Option(help="Only claims with a thing of this type at one end; may be repeated.")
    ] = None,
    modality: Modalities = None,
    since: Annotated[str, typer.Option(help="Only claims about this date or later.")] = "",
    until: Annotated[str, typer.Option(help="Only claims about this date or earlier.")] = "",
    min_confidence: Confidence = 0.0,
    ego: Annotated[str, typer.Option(help="Only what is near this entity.")] = "",
    hops: Annotated[int, typer.Option(min=1, help="How near.")] = 1,
    merge: Annotated[bool, typer.Option("--merge", help="One edge a relation, not one a claim.")] = False,
    derived: Annotated[bool, typer.Option("--derived", help="Also relations that follow by rules.")] = False,
    cite: Annotated[str, typer.Option(help=f"Write a citation of the whole instead: {', '.join(citing.STYLES)}.")] = "",
    store: StorePath = None,
    lang: Language = Lang.EN,
) -> None:
    """Write the graph for other programs; RDF forms hold the whole dataset, whatever the filters."""
    form = find_format(format)
    properties, kinds, sure = (frozenset[str](given or ()) for given in (predicate, type, modality))
    selection = Selection(properties, kinds, sure, since, until, min_confidence)
    with opened(store) as kept:
        ego = entity_id(kept, ego) if ego else ""
        checked(kept, predicate=predicate or [])
        source = of_store(kept, GraphOptions(selection, merge=merge, lang=lang, ego=ego, hops=hops, derived=derived))
        with writing(output) as file:
            if cite:
                address = f"{GRAPHS}export/{form.name}"
                said = citing.find_style(cite).write([export_reference(source, form, address, date.today().isoformat())], lang)
                file.write(said.encode())
            else:
                file.writelines(form.write(source))


def validate(store: StorePath = None) -> None:
    """Check all graphs against the SHACL shapes; ends with 1 where something breaks them."""
    from kg.validate import validate as breaches

    with opened(store) as kept:
        found = list(breaches(kept))
    say(found)
    typer.echo(f"{len(found)} breaches" if found else "everything conforms")
    if found:
        raise typer.Exit(FAULTS)


def verify(
    article: Annotated[str | None, typer.Argument(help="The id of an article; else all.")] = None,
    store: StorePath = None,
    as_json: AsJson = False,
) -> None:
    """Recheck every quote against its article; ends with 1 where one does not stand."""
    from kg.verify import verify as check

    with opened(store) as kept:
        done = check(kept, article)
    counts = {name: getattr(done, name) for name in ("ok", "articles", "claims", "quotes")}
    if as_json:
        say_json(counts | {"faults": [str(fault) for fault in done.faults]})
    else:
        say(map(str, done.faults))
        typer.echo(f"{done.articles} articles, {done.claims} claims, {done.quotes} quotes checked; {len(done.faults)} faults")
    if not done.ok:
        raise typer.Exit(FAULTS)
