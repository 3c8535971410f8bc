"""What the HTTP face answers: lists in pages with citations, single things, exports, and problems."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import networkx
import pytest
from api_world import BLOG, CLAIMS, WIRE, claim, fill, serving, serving_store

from api.http import create_app
from api.settings import read_settings
from api.shapes import Type
from kg import namespaces as ns
from kg import rdf
from kg.errors import StoreMissing, StoreTooNew
from kg.export import FORMATS
from kg.jsonl import read_jsonl
from kg.model import ENTITY_TYPES, Article, Quantity, Reading
from kg.store import open_store

ROOT = Path(__file__).resolve().parents[1]
SUPPLY = CLAIMS[0]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_store(tmp_path_factory.mktemp("store") / "kg", page_size=2, max_page=4) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "total"),
    [
        ("/claims", 5),
        ("/claims?subject=xai", 2),
        ("/claims?predicate=supplies&object=colossus", 2),
        ("/claims?about=xai", 3),
        ("/claims?modality=planned&modality=estimated", 3),
        ("/claims?speaker=financial-times", 2),
        ("/claims?article=blog", 2),
        ("/claims?published_from=2024-12", 3),
        ("/claims?min_confidence=1", 5),
        ("/articles", 2),
        ("/conflicts", 1),
        ("/conflicts?subject=dell", 0),
        ("/timeline?subject=xai&predicate=valuation", 2),
        ("/agreement", 5),
        ("/agreement?predicate=valuation", 2),
        ("/entities/colossus/neighbors", 2),
        ("/entities/colossus/neighbors?predicate=operates&type=Facility", 0),
        ("/entities/colossus/neighbors?type=Person", 0),
        ("/entities/colossus/neighbors?type=Organization", 2),
        ("/graph/path?source=nvidia&target=dell", 1),
        ("/graph/path?source=nvidia&target=xai", 0),
        ("/graph/central", 5),
        ("/graph/central?measure=betweenness&modality=planned", 3),
        ("/graph/communities", 2),
        ("/graph/ego?entity=colossus", 2),
        ("/graph/ego?entity=nvidia&hops=2&until=2023", 0),
    ],
)
def test_a_list_is_given_whole_over_its_pages(client: httpx.Client, path: str, total: int) -> None:
    """Following ``next`` gives every item once."""
    items, address = [], path
    while address:
        page = client.get(address).raise_for_status().json()
        assert page["total"] == total
        assert len(page["items"]) <= page["limit"] == 2
        items += page["items"]
        address = page["next"]
    assert len(items) == len({json.dumps(item) for item in items}) == total


def test_a_path_shows_the_claims_along_it_with_citations(client: httpx.Client) -> None:
    """As every other list does; a thing that no relation is about and a strange measure are named."""
    (way,) = client.get("/graph/path?source=nvidia&target=dell&lang=en").json()["items"]
    assert [entity["id"] for entity in way["entities"]] == ["nvidia", "colossus", "dell"]
    assert [[claim["citation"]["publisher"] for claim in step] for step in way["steps"]] == [[WIRE.publisher]] * 2
    assert client.get("/graph/ego?entity=nobody").status_code == 404
    assert "degree" in client.get("/graph/central?measure=fame").json()["detail"]


def test_a_timeline_is_a_picture_too(client: httpx.Client) -> None:
    """SVG that needs no script, with marks that lead to claims."""
    answer = client.get("/timeline.svg?subject=xai&predicate=valuation&lang=ja").raise_for_status()
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "script" not in answer.headers["content-security-policy"]
    assert "評価額" in answer.text or "企業価値" in answer.text
    assert f'href="/claims/{CLAIMS[2].id}"' in answer.text
    assert client.get("/timeline.svg?subject=nobody&predicate=valuation").status_code == 404


@pytest.mark.parametrize("style", ["bibtex", "csl", "markdown", "ris", "text"])
def test_a_whole_answer_is_cited_with_the_claims_it_rests_on(client: httpx.Client, style: str) -> None:
    """The answer by its address, then each claim once."""
    cited = client.get("/ask/citation", params={"q": "who supplies Colossus", "style": style}).raise_for_status().text
    assert "/ask?q=who+supplies+Colossus" in cited.replace("\\_", "_")
    assert all(claim.id in cited.replace("\\_", "_") for claim in CLAIMS[:2])


def test_a_whole_export_is_cited_by_its_address(client: httpx.Client) -> None:
    """The key tells one selection of claims from another, the address keeps the filters."""
    one, other = (client.get(f"/export/csv/citation?style=csl&modality={name}").json()[0] for name in ("planned", "asserted"))
    assert one["id"] != other["id"] and one["type"] == "dataset"
    assert one["URL"].endswith("/export/csv?modality=planned")
    assert one["title"] == "aikg export, csv, 2 claims"


def test_a_text_that_may_not_be_shown_is_shown_in_quotes(tmp_path: Path) -> None:
    """Neither as JSON nor as a page is there more than what stands close around the quotes."""
    long = "。".join(["前置き"] * 60)
    article = Article("long", f"{long}。xAIの値段は240億ドルだ。{long}", title="長い記事")
    told = claim(article, "xAIの値段は240億ドルだ", "xai", "valuation", Quantity("USD", 24e9))
    folder = fill(tmp_path / "kg")
    with open_store(folder) as store:
        store.replace(ns.article_iri("long"), rdf.quads(Reading(article, (told,), "test", "test")))
    with serving(create_app(read_settings(store=folder, article_text="quotes"))) as client:
        body = client.get("/articles/long").json()
        page = client.get("/articles/long?start=0&end=900", headers={"Accept": "text/html"}).text
    assert (body["whole"], told.evidence[0].quote in body["text"], len(body["text"]) < 150) == (False, True, True)
    assert told.evidence[0].quote in page and page.count("前置き") < 40


def test_the_server_gives_no_more_than_its_greatest_page(client: httpx.Client) -> None:
    """A client that asks for more gets less, and is told."""
    page = client.get("/entities?limit=100000").json()
    assert (page["limit"], len(page["items"])) == (4, 4)


def test_a_claim_is_the_exported_one_with_its_citation(client: httpx.Client) -> None:
    """Reading the body back gives the claim; the citation names the article."""
    body = client.get(f"/claims/{SUPPLY.id}").json()
    citation = body.pop("citation")
    (read,) = read_jsonl([json.dumps(body)])
    assert (read.id, read.modality, read.evidence[0].quote) == (SUPPLY.id, SUPPLY.modality, SUPPLY.evidence[0].quote)
    assert (citation["title"], citation["publisher"], citation["published"]) == (WIRE.title, WIRE.publisher, WIRE.published)
    assert citation["link"].startswith(f"{WIRE.url}#:~:text=")


@pytest.mark.parametrize(
    ("accept", "style", "kind", "word"),
    [
        ("", "", "text/plain", WIRE.title),
        ("application/x-bibtex", "", "application/x-bibtex", "@misc{"),
        ("application/vnd.citationstyles.csl+json", "", "application/vnd.citationstyles.csl+json", '"webpage"'),
        ("", "ris", "application/x-research-info-systems", "TY  - ELEC"),
        ("text/plain", "markdown", "text/markdown", "[^c_"),
    ],
)
def test_a_citation_comes_in_the_wanted_style(client: httpx.Client, accept: str, style: str, kind: str, word: str) -> None:
    """The parameter goes before the header."""
    params = {"style": style} if style else {}
    answer = client.get(f"/claims/{SUPPLY.id}/citation", params=params, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(kind)
    assert word in answer.text


@pytest.mark.parametrize("name", ["エヌビディア", "nvidia", "ＮＶＩＤＩＡ"])
def test_an_entity_is_found_by_any_name_in_any_script(client: httpx.Client, name: str) -> None:
    """The best fit comes first, and leads to its claims."""
    found = client.get("/entities", params={"q": name, "type": "Organization"}).json()["items"][0]
    assert found["id"] == "nvidia"
    claims = client.get(f"/entities/{found['id']}").json()["claims"]
    assert [claim["id"] for claim in claims["items"]] == [SUPPLY.id]


def test_an_article_has_the_text_that_offsets_count(client: httpx.Client) -> None:
    """Its quotes stand where the claims say."""
    body = client.get("/articles/wire").json()
    span = SUPPLY.evidence[0]
    assert body["text"][span.start : span.end] == span.quote
    assert body["claims"] == 3


@pytest.mark.parametrize(
    "path",
    [
        "/claims?object={}",
        "/claims?about={}",
        "/graph/ego?entity={}",
        "/graph/path?source={}&target=nvidia",
        "/timeline?subject={}&predicate=gpuCount",
        "/conflicts?subject={}",
        "/agreement?subject={}",
        "/export/jsonl?ego={}",
    ],
)
def test_a_name_does_where_an_id_is_wanted(client: httpx.Client, path: str) -> None:
    """In any script and width; a name that only begins so is another thing's."""
    answers = {client.get(path.format(name)).raise_for_status().text for name in ("colossus", "コロッサス", "Ｃｏｌｏｓｓｕｓ")}
    assert len(answers) == 1
    assert client.get(path.format("Coloss")).status_code == 404


@pytest.mark.parametrize("name", FORMATS)
def test_every_export_is_a_file_of_its_kind(client: httpx.Client, name: str) -> None:
    """Media type and file name are the format's."""
    answer = client.get(f"/export/{name}").raise_for_status()
    assert answer.headers["content-type"] == FORMATS[name].media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="aikg.{FORMATS[name].ending}"'
    assert answer.content


def test_exports_hold_the_claims(client: httpx.Client) -> None:
    """JSON Lines gives all of them back; GEXF opens in networkx; filters leave out the rest."""
    lines = client.get("/export/jsonl").text.splitlines()
    assert {claim.id for claim in read_jsonl(lines)} == {claim.id for claim in CLAIMS}
    graph = networkx.read_gexf(io.BytesIO(client.get("/export/gexf?predicate=supplies&ego=colossus").content))
    assert graph.number_of_edges() == 2
    assert len(client.get("/export/jsonl?modality=planned").text.splitlines()) == 2


def test_conflicting_values_stand_side_by_side(client: httpx.Client) -> None:
    """Each position has its sources and its cited claims."""
    (conflict,) = client.get("/conflicts").json()["items"]
    assert {side["value"]["number"] for side in conflict["positions"]} == {45e9, 24e9}
    assert all(claim["citation"] for side in conflict["positions"] for claim in side["claims"])


def test_verify_and_health_say_what_is_there(client: httpx.Client) -> None:
    """All quotes stand."""
    checked = client.get("/verify").json()
    assert (checked["ok"], checked["articles"], checked["claims"], checked["faults"]["total"]) == (True, 2, 5, 0)
    health = client.get("/health").json()
    assert (health["status"], health["articles"], health["claims"]) == ("ok", 2, 5)


@pytest.mark.parametrize(
    ("method", "path", "status", "word"),
    [
        ("GET", "/nowhere", 404, "/nowhere"),
        ("DELETE", "/claims", 405, "DELETE"),
        ("GET", "/claims/c_none", 404, "c_none"),
        ("GET", "/claims/c_none/citation", 404, "c_none"),
        ("GET", f"/claims/{SUPPLY.id}/citation?style=apa", 404, "apa"),
        ("GET", "/entities/nobody", 404, "nobody"),
        ("GET", "/entities/a%20b", 404, "a b"),
        ("GET", "/articles/none", 404, "none"),
        ("GET", "/export/pdf", 404, "gexf"),
        ("GET", "/export/gexf?ego=nobody", 404, "nobody"),
        ("GET", "/export/gexf?ego=Coloss", 404, "like it: Colossus"),
        ("GET", "/graph/ego?entity=nobody", 404, "nobody"),
        ("GET", "/export/gexf?since=soon", 400, "soon"),
        ("GET", "/export/gexf?predicate=eats", 400, "eats"),
        ("GET", "/export/nquads?predicate=eats", 400, "eats"),
        ("GET", "/export/gexf?type=Animal", 422, "type"),
        ("GET", "/export/gexf?modality=sure", 422, "modality"),
        ("GET", "/export/gexf?predicates=supplies", 400, "predicates"),
        ("GET", "/claims?predicat=supplies&limit=1", 400, "predicat"),
        ("GET", "/claims/c_none/citation?form=ris", 400, "style"),
        ("GET", "/entities/xai?page=2", 400, "offset"),
        ("GET", "/ask?q=who&sparql=1", 400, "sparql"),
        ("GET", "/health?verbose", 400, "none"),
        ("GET", "/articles?order=date", 400, "order"),
        ("GET", "/export/gexf?hops=0", 422, "hops"),
        ("GET", "/claims?subject=nobody", 404, "nobody"),
        ("GET", f"/claims?subject={'a' * 10_000}", 400, "10,000"),
        ("GET", f"/timeline?subject={'%E3%81%82' * 201}&predicate=valuation", 400, "at most 200"),
        ("GET", "/claims?article=none", 404, "none"),
        ("GET", "/claims?predicate=eats", 400, "eats"),
        ("GET", "/claims?modality=sure", 422, "modality"),
        ("GET", "/claims?published_from=soon", 400, "soon"),
        ("GET", "/claims?min_confidence=2", 422, "min_confidence"),
        ("GET", "/claims?limit=none", 422, "limit"),
        ("GET", "/claims?offset=-1", 422, "offset"),
        ("GET", "/claims?lang=fr", 422, "lang"),
        ("GET", "/entities?type=Animal", 422, "type"),
        ("GET", "/timeline?subject=xai", 422, "predicate"),
        ("GET", "/verify?article=none", 404, "none"),
    ],
)
def test_what_is_wrong_is_a_problem_with_a_reason(client: httpx.Client, method: str, path: str, status: int, word: str) -> None:
    """Every refusal is one problem+json (RFC 9457) whose detail names the fault in one line."""
    answer = client.request(method, path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and set(body) == {"type", "title", "status", "detail", "instance"}
    assert word in body["detail"] and "\n" not in body["detail"]


def test_a_fault_of_ours_is_a_problem_without_its_traceback(tmp_path: Path) -> None:
    """The client learns that it is not to blame, and nothing else."""
    app = create_app(read_settings(store=fill(tmp_path / "kg")))
    app.get("/boom")(lambda: {}["secret"])
    with serving(app) as client:
        answer = client.get("/boom")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text


def test_no_server_starts_without_a_store_it_can_read(tmp_path: Path) -> None:
    """A missing store and one of a later version are named before any port is opened."""
    with pytest.raises(StoreMissing, match="nowhere"):
        create_app(read_settings(store=str(tmp_path / "nowhere")))
    newer = fill(tmp_path / "newer")
    Path(newer, "store.json").write_text('{"format": 99}', "utf-8")
    with pytest.raises(StoreTooNew, match="99"):
        create_app(read_settings(store=newer))


def test_a_running_server_sees_what_is_ingested_and_retracted(tmp_path: Path) -> None:
    """It moves on to the newest published state."""
    with serving_store(tmp_path / "kg") as client:
        assert client.get("/claims").json()["total"] == 5
        with open_store(tmp_path / "kg") as store:
            store.drop(ns.article_iri("blog"))
        assert client.get("/claims").json()["total"] == 3


def test_the_description_tells_every_list_and_error(client: httpx.Client) -> None:
    """OpenAPI names what each route answers, problems included."""
    described = client.get("/openapi.json").json()
    assert {"/claims", "/claims/{id}", "/sparql", "/export/{format}", "/health"} <= described["paths"].keys()
    for path in described["paths"].values():
        for operation in path.values():
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]


def test_the_types_in_addresses_are_those_of_the_model() -> None:
    """``?type=`` takes exactly them."""
    assert tuple(Type) == ENTITY_TYPES


def test_every_route_and_parameter_is_documented(client: httpx.Client) -> None:
    """docs/http.md has a heading for each path and names each of its parameters below it."""
    sections = {}
    for part in (ROOT / "docs" / "http.md").read_text("utf-8").split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        sections.update(dict.fromkeys(title.replace("`", "").split(", "), text))
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        assert path in sections, path
        names = {each["name"] for operation in operations.values() for each in operation.get("parameters", ())}
        assert [name for name in names if f"`{name}`" not in sections[path] and f"{{{name}}}" not in path] == [], path


def test_the_blog_is_hostile() -> None:
    """What the pages' tests rest on."""
    assert "<script>" in BLOG.title and BLOG.url.startswith("javascript:")


@pytest.mark.parametrize(
    "path", ["/?utm_source=mail", "/articles?lang=en", "/articles/wire?lang=en&start=1&end=3", "/docs?x=1"]
)
def test_parameters_of_pages_and_of_those_who_link_to_them_are_welcome(client: httpx.Client, path: str) -> None:
    """Only what a path for programs does not have is refused."""
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 200


def test_all_is_made_before_the_first_request(tmp_path: Path) -> None:
    """The server is ready when the routes are described and every process runs, so that no client waits for it."""

    def children(process: int | str) -> set[str]:
        return {pid for path in Path(f"/proc/{process}/task").glob("*/children") for pid in path.read_text().split()}

    def workers() -> set[str]:  # what forks them is a child, which may serve the next test too
        return {pid for child in children(os.getpid()) for pid in children(child)}

    before, app = workers(), create_app(read_settings(store=fill(tmp_path / "kg"), queries=3, pages=2))
    with serving(app):
        assert len(workers() - before) == 3 + 2 * 2
        assert app.openapi_schema


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Of a server that gives what reads the whole graph no time."""
    with serving_store(tmp_path_factory.mktemp("store") / "kg", whole_deadline=1e-9) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "less"),
    [
        ("/conflicts", "less is asked for with subject, predicate"),
        ("/verify", "less is asked for with article"),
        ("/export/nquads", "less is asked for with ego, predicate, type, modality, since, until, min_confidence"),
    ],
)
def test_what_takes_too_long_says_with_what_to_ask_for_less(hasty: httpx.Client, path: str, less: str) -> None:
    """By the parameters of that very path."""
    answer = hasty.get(path)
    assert answer.status_code == 503 and answer.json()["detail"].endswith(f"seconds; {less}")
