"""The id that an article is kept under: its own, its former version's, or one told apart from another article's."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from kg.identity import apart, base, containment, families, place, versions
from kg.model import Article

TEXT = "ナベ電算は、港の東に新しい計算拠点を設け、来年の春から動かす予定だ。"
EDITED = TEXT.replace("来年の春", "来年の夏") + "費用は明らかにしていない。"
OTHER = "スザク半導体の社長は、工場を増やす考えがないことを記者団に語った。"
ONE, NEW, STRANGER = Article("n", TEXT), Article("n", EDITED), Article("n", OTHER)
APART = apart(STRANGER)
NEWER = replace(STRANGER, text=OTHER + "理由は人手だという。")

# what is read | what the store keeps under that name | the id it gets | whose place it takes
PLACES = (
    (ONE, (), "n", ""),
    (ONE, (ONE,), "n", "n"),
    (NEW, (ONE,), "n", "n"),
    (replace(ONE, title="題"), (ONE,), "n", "n"),
    (STRANGER, (ONE,), APART.id, ""),
    (STRANGER, (ONE, APART), APART.id, APART.id),
    (APART, (ONE, APART), APART.id, APART.id),
    (APART, (STRANGER,), "n", "n"),
    (APART, (), APART.id, ""),
    (NEWER, (ONE, APART), apart(NEWER).id, APART.id),
    (apart(NEWER), (ONE, APART), apart(NEWER).id, APART.id),
    (replace(STRANGER, url="https://a.example/1"), (replace(ONE, url="https://a.example/1"),), "n", "n"),
    # The name of a file may look like an id that was told apart.
    (Article("n", TEXT), (Article("n-20240101", EDITED),), "n", ""),
    (Article("n-20240102", TEXT), (Article("n-20240101", EDITED), ONE), "n-20240102", ""),
)


@pytest.mark.parametrize(("article", "kept", "id", "former"), PLACES)
def test_an_article_has_its_place(article: Article, kept: tuple[Article, ...], id: str, former: str) -> None:
    """In whatever order the store gives what it has; the article itself is what was read."""
    ids = families(each.id for each in kept).get(base(article).id, set())
    for order in permutations(each for each in kept if each.id in ids):
        found = place(article, order)
        assert (found.article.id, found.former.id if found.former else "") == (id, former)
        assert replace(found.article, id="x") == replace(article, id="x")


def test_an_article_is_told_apart_by_its_content() -> None:
    """The id says so, and gives the name back; other ids are left as they are."""
    assert base(APART) == STRANGER and base(STRANGER) == STRANGER
    assert base(replace(APART, text=TEXT)).id == APART.id
    assert apart(STRANGER) != apart(replace(STRANGER, title="題"))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (TEXT, EDITED, True),
        (TEXT, OTHER, False),
        (TEXT, "前文。" + TEXT + OTHER, True),
        ("短い", "短い", True),
        ("短い", "長い", False),
    ],
)
def test_versions_are_alike(one: str, other: str, alike: bool) -> None:
    """Whichever comes first; line breaks do not count, an address that both have decides."""
    for a, b in ((one, other), (other, one), ("\n".join(one), other)):
        assert versions(Article("n", a), Article("m", b)) is alike
    assert versions(Article("n", one, url="https://a.example"), Article("n", other, url="https://a.example"))
    assert containment(one, one) == 1.0
