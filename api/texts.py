"""The words of the pages in both languages, and the choice between them (RFC 9110, section 12.5.4)."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "ja")

TEXTS: Mapping[str, tuple[str, str]] = {
    "tagline": ("Who said what about AI infrastructure, in which words", "AIインフラについて、誰が、どの言葉で語ったか"),
    "question": ("Your question", "質問"),
    "ask": ("Ask", "調べる"),
    "examples": ("For example", "質問の例"),
    "understood": ("Understood as", "解釈"),
    "not_understood": (
        "This question was not understood. It can answer questions like these:",
        "質問を解釈できませんでした。次のような質問に答えられます。",
    ),
    "nothing": (
        "Understood, but no article that was read says so.",
        "質問は解釈できましたが、読み込んだ記事に該当する記述はありません。",
    ),
    "derived": ("indirect: derived from the claims below", "間接的(以下の記述から導かれたもの)"),
    "voice": ("the article itself", "記事の地の文"),
    "query": ("The SPARQL that ran", "実行したSPARQL"),
    "characters": ("characters", "文字位置"),
    "source": ("Original", "元の記事"),
    "claims": ("claims", "件の記述"),
    "articles": ("Articles", "記事"),
    "interface": ("Programming interface", "API"),
    "other": ("日本語", "English"),
    "home": ("Ask", "質問する"),
    "published": ("published", "公開"),
    "marked": ("Marked words carry claims.", "印の付いた箇所が記述の根拠です。"),
    "asserted": ("asserted", "断定"),
    "planned": ("planned", "予定"),
    "estimated": ("estimated", "推定"),
    "possible": ("possible", "可能性"),
    "denied": ("denied", "否定"),
}

EXAMPLES = (
    ("who supplies Colossus", "Colossusに供給しているのは誰ですか"),
    ("where is Colossus", "Colossusはどこにありますか"),
    ("how much is xAI worth", "xAIの企業価値はいくらですか"),
)


def words(lang: str) -> dict[str, str]:
    """Every text of the pages in one of :data:`LANGUAGES`."""
    column = LANGUAGES.index(lang)
    return {name: row[column] for name, row in TEXTS.items()}


def choose(wanted: str | None, accept: str) -> str:
    """The language that was asked for, else the one of the Accept-Language header that comes first, else English.

    >>> choose(None, "fr, ja;q=0.8, en;q=0.5")
    'ja'
    """
    if wanted in LANGUAGES:
        return wanted
    tags = (part.partition(";")[0].strip().lower().partition("-")[0] for part in accept.split(","))
    return next((tag for tag in tags if tag in LANGUAGES), LANGUAGES[0])
