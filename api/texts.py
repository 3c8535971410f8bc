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
    "instead": ("Questions that can be answered", "答えられる質問の例"),
    "or": ("It may also mean", "別の解釈"),
    "nothing": ("No article that was read says so.", "読み込んだ記事に、そう述べたものはありません。"),
    "derived": (
        "indirect: no claim says so, but those below lead there",
        "間接的: そう述べた記事はありませんが、次の記述から導かれます",
    ),
    "verdict_yes": ("Yes.", "はい。"),
    "verdict_planned": (
        "Planned: it is said to be intended, not done.",
        "予定とされています。実現の記述はありません。",
    ),
    "verdict_possible": ("Possibly: it is said that it may be so.", "可能性があるとされています。"),
    "verdict_indirectly": ("Indirectly.", "間接的にはそうです。"),
    "verdict_disputed": ("Disputed: it is both said and denied.", "肯定する記述と否定する記述があります。"),
    "verdict_no": ("No: it is denied.", "いいえ。否定されています。"),
    "verdict_unknown": ("No article that was read says so.", "読み込んだ記事に、そう述べたものはありません。"),
    "voice": ("in the article's own words", "記事の地の文"),
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
    ("does Oracle supply Colossus", "オラクルはColossusに供給していますか"),
    ("how many GPUs does Colossus have", "ColossusのGPUは何基ですか"),
    ("how much is xAI worth", "xAIの企業価値はいくらですか"),
    ("how long did it take to build Colossus", "Colossusの建設にかかった期間は"),
    ("who leads OpenAI", "OpenAIを率いているのは誰ですか"),
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
