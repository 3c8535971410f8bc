"""Citations: what they hold, that other programs read them, and that nothing an article says runs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.text import Text
from strategies import thing, told

from api.text import quote_lines
from kg.cite import STYLES, citation_json, cite, cited_json, reference, text_fragment, whole
from kg.errors import UnknownFormat
from kg.model import Article, Claim, Evidence, Modality, Quantity

TEXT = "メンフィスの施設。\nFTによると、施設は10万基のGPUを持つ。\n施設は大きい。"
QUOTE = "施設は10万基のGPUを持つ"
START = TEXT.index(QUOTE)
FT, MUSK = thing("financial-times", "Publication", "Financial Times"), thing("elon-musk", "Person", "Elon Musk")
ARTICLE = Article("a1", TEXT, "10万基のGPU {R&D} 50%_$", "Daily & Co", "https://news.example/a_1?x=1&y=2", "2024-09-01")
SPANS = (Evidence(START, START + len(QUOTE), QUOTE, attributed_to=(FT, MUSK)),)
CLAIM = Claim("a1", thing("colossus", "Facility"), "gpuCount", SPANS, value=Quantity("GPU", 1e5))
OWN = "https://aikg.example/claim/" + CLAIM.id
ARTICLES = {"a1": ARTICLE}
hostile = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(lambda text: text.strip() != "")


@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_style_holds_everything(style: str, lang: str) -> None:
    """Publisher, speakers, date, quote, offsets, link and the claim's own address are in each, the same every time."""
    text = cite([CLAIM], ARTICLES, style, lang)
    assert text == cite([CLAIM], ARTICLES, style, lang)
    for part in ("Daily", "Financial Times → Elon Musk", "2024", QUOTE, str(START), str(START + len(QUOTE)), OWN):
        assert part in text.replace("\\_", "_")
    assert "10%E4%B8%87%E5%9F%BA" in text


@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize(
    ("modality", "en", "ja"), [("denied", "denied", "否定"), ("planned", "planned", "予定"), ("asserted", "", "")]
)
def test_a_citation_says_how_sure_the_claim_is(style: str, modality: str, en: str, ja: str) -> None:
    """The quoted words alone may not tell that somebody denies them."""
    claim = replace(CLAIM, modality=Modality(modality), evidence=(replace(SPANS[0], modality=Modality(modality)),))
    for lang, word in (("en", en), ("ja", ja)):
        text = cite([claim], ARTICLES, style, lang)
        assert word in text and not any(other in text for other in {"denied", "planned", "否定", "予定"} - {word})


def test_plain_text_is_in_japanese_style() -> None:
    """Outlet, title in corner brackets, the day in Japanese, the quote with its place and speakers, the addresses."""
    link = reference(CLAIM, ARTICLE).link
    assert cite([CLAIM], ARTICLES, "text") == (
        "Daily & Co「10万基のGPU {R&D} 50%_$」（2024年9月1日）、「施設は10万基のGPUを持つ」"
        f"（本文17〜31字、Financial Times → Elon Muskによる）、{link}、記述 {OWN}\n"
    )


def test_a_footnote_shows_as_a_link() -> None:
    """Markdown renders to links to the article, to the quote, and to the claim."""
    name, _, text = cite([CLAIM], ARTICLES, "markdown", "en").partition(": ")
    assert name == f"[^{CLAIM.id}]"
    html = MarkdownIt().render(text)
    assert html.count("<a href=") == 3
    assert f'<a href="{OWN}">' in html
    assert "10万基のGPU {R&amp;D} 50%_$" in html


def test_bibtex_is_read_back() -> None:
    """bibtexparser finds one entry with year, address and claim."""
    bibtexparser = pytest.importorskip("bibtexparser")
    library = bibtexparser.parse_string(cite([CLAIM], ARTICLES, "bibtex", "en"))
    (entry,) = library.entries
    assert not library.failed_blocks
    assert (entry.key, entry["year"], entry["month"], entry["date"]) == (CLAIM.id, "2024", "9", "2024-09-01")
    assert entry["title"] == r"{10万基のGPU \textbraceleft{}R\&D\textbraceright{} 50\%\_\$}"
    assert entry["url"] == reference(CLAIM, ARTICLE).link


def test_ris_is_read_back() -> None:
    """rispy finds one entry with the same parts."""
    rispy = pytest.importorskip("rispy")
    (entry,) = rispy.loads(cite([CLAIM], ARTICLES, "ris", "en"))
    assert (entry["title"], entry["publisher"], entry["year"]) == (ARTICLE.title, "Daily & Co", "2024")
    assert (entry["authors"], entry["date"]) == (["Financial Times", "Elon Musk"], "2024/09/01/")


def test_csl_is_read_back() -> None:
    """A list of items of the CSL form."""
    (item,) = json.loads(cite([CLAIM], ARTICLES, "csl", "en"))
    assert (item["id"], item["type"], item["title"]) == (CLAIM.id, "webpage", ARTICLE.title)
    assert item["issued"] == {"date-parts": [[2024, 9, 1]]}
    assert item["author"] == [{"literal": "Financial Times"}, {"literal": "Elon Musk"}]


@pytest.mark.parametrize(
    ("url", "quote", "fragment"),
    [
        ("https://a.example/", "R&D, 10-20", "#:~:text=R%26D%2C%2010%2D20"),
        ("https://a.example/#top", "word", "#top:~:text=word"),
        ("https://a.example/#:~:text=x", "word", "#:~:text=x&text=word"),
        ("https://a.example/", "one\ntwo", "#:~:text=one,two"),
        ("https://a.example/", "x" * 31 + "y" * 69, f"#:~:text={'x' * 30},{'y' * 30}"),
    ],
)
def test_a_link_opens_at_the_quote(url: str, quote: str, fragment: str) -> None:
    """Special characters are encoded; long quotes and those over several lines are named by both ends."""
    link = text_fragment(url, quote)
    assert link.endswith(fragment)
    assert link.startswith("https://a.example/#")


def test_a_repeated_quote_is_told_apart_by_what_comes_before() -> None:
    """The words before the quote on its line become the prefix."""
    text = "A buys chips.\nB buys chips."
    claim = told("b", "acquires", thing("chips"), start=text.rindex("buys"), quote="buys chips")
    link = reference(claim, Article("a1", text, url="https://a.example/")).link
    assert link == "https://a.example/#:~:text=B-,buys%20chips"


@given(hostile)
def test_any_quote_is_found_again_in_its_link(quote: str) -> None:
    """Decoding the directive of a short quote gives its words; no separator of the directive is left bare."""
    directive = text_fragment("https://a.example/", quote).partition(":~:text=")[2]
    parts = [unquote(part) for part in directive.split(",")]
    assert not set(directive) & set("-& ")
    assert all(part in quote for part in parts)


@settings(max_examples=60)
@given(hostile, hostile, hostile)
def test_hostile_text_stays_text(title: str, publisher: str, quote: str) -> None:
    """No words make a footnote into HTML or another link, break a BibTeX entry, or end a RIS entry early."""
    source = Article("a1", quote, title, publisher, "https://a.example/", "2024")
    claims = [told("xai", "supplies", thing("b"), quote=quote)]
    html = MarkdownIt("commonmark", {"html": True}).render(cite(claims, {"a1": source}, "markdown", "en").partition(": ")[2])
    assert (html.count("<a "), html.count("<p>"), html.count("<")) == (3, 1, 8)
    bibtex = cite(claims, {"a1": source}, "bibtex")
    assert bibtex.count("{") == bibtex.count("}")
    tags = [line[:6] for line in cite(claims, {"a1": source}, "ris").split("\r\n")]
    assert tags.count("ER  - ") == 1
    assert all(len(tag) == 6 and tag[2:] == "  - " for tag in tags[:-1])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "https://a.example/<script>"])
def test_only_web_addresses_become_links(url: str) -> None:
    """An address that is not of the web is left out of every style."""
    source = Article("a1", TEXT, "Title", "Daily", url, "2024")
    assert reference(CLAIM, source).link == ""
    assert all(url not in cite([CLAIM], {"a1": source}, style) for style in STYLES if url)


def test_an_unknown_article_is_still_cited_by_its_id() -> None:
    """Without the article its id stands for the title and the quote for itself."""
    assert cite([CLAIM], {}, "text").startswith(f"「a1」、「{QUOTE}」")


def test_a_whole_answer_is_cited_with_its_own_address() -> None:
    """Title, address and day; the key follows from the claims and the address alone."""
    ref = whole("who supplies Colossus", "https://aikg.example/ask?q=1", "2025-01-02", [CLAIM])
    again: Any = whole("who supplies Colossus", "https://aikg.example/ask?q=1", "2025-03-04", [CLAIM])
    assert ref.key == again.key
    text = STYLES["markdown"].write([ref], "en")
    assert text == f"[^{ref.key}]: [who supplies Colossus](<{ref.url}>), aikg, 2025-01-02, <{ref.url}>.\n"
    assert json.loads(STYLES["csl"].write([ref], "en"))[0]["type"] == "dataset"


def test_a_list_carries_short_citations() -> None:
    """The keys are those that answers promise."""
    short = citation_json(reference(CLAIM, ARTICLE))
    assert list(short) == ["title", "publisher", "url", "published", "link", "speakers", "text"]
    assert short["url"] == ARTICLE.url


def test_who_said_what_stays_with_its_words() -> None:
    """A claim that FT plans in one passage and the article states in another is cited by the latter; both keep their voice."""
    plain = TEXT.index("施設は大きい")
    planned = Evidence(START, START + len(QUOTE), QUOTE, Modality.PLANNED, (FT,))
    claim = replace(CLAIM, evidence=(planned, Evidence(plain, plain + 6, "施設は大きい")))
    ref = reference(claim, ARTICLE)
    assert (ref.quote, ref.speakers) == ("施設は大きい", ())
    shown = cited_json(claim, ref)
    assert [(t["modality"], t["speakers"]) for t in shown["citation"]["tellings"]] == [
        ("planned", ["Financial Times"]),
        ("asserted", []),
    ]
    lines = [Text.from_ansi(line).plain for line in quote_lines(shown)]
    assert lines[:4] == [
        f"「{QUOTE}」 {START}–{START + len(QUOTE)}",
        "  planned, according to Financial Times",
        f"「施設は大きい」 {plain}–{plain + 6}",
        "  asserted, in the article's own words",
    ]


def test_unknown_styles_are_refused_by_name() -> None:
    """The message names those there are."""
    with pytest.raises(UnknownFormat, match="'apa'; there are bibtex, csl, markdown, ris, text"):
        cite([CLAIM], ARTICLES, "apa")
