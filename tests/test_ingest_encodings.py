"""Bytes to text in the encodings Japanese articles come in."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.encodings import decode
from kg.errors import ReadError

TEXTS = (
    "電力",
    "テスト",
    "決算",
    "㈱日立",
    "米国の電力網",
    "xAIはGPUを10万基そろえた。",
    "ﾃﾚﾋﾞと電力",
    "「計画」は、まだ①段階目だ。\r\n次の行。\n",
    "メンフィスの施設は150メガワットの電力を使う。" * 40,
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "euc_jis_2004", "iso2022_jp", "iso2022_jp_3")
NEITHER = "unknown encoding: neither UTF-8 (byte "
REFUSED = (
    (b"", "empty"),
    (b" \r\n\t", "empty"),
    ("\ufeff　\n".encode(), "empty"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary, not a text"),
    (bytes(range(1, 256)) * 4, "binary, not a text"),
    ("電力\0".encode("utf-16"), "binary, not a text"),
    ("Café à la carte".encode("latin-1"), "unknown encoding: neither UTF-8 (byte 3 does not fit)"),
    ("電力".encode() + b"\xff" + "が要る".encode(), "unknown encoding: neither UTF-8 (byte 6 does not fit)"),
    ("公司计划明年扩建数据中心的电力设施，供应十万块处理器。".encode("gb18030"), NEITHER),
    ("北京市政府公布新的电力政策。公司表示支持。".encode("gb2312"), NEITHER),
    ("회사는 올해 데이터센터에 처리장치를 공급한다고 밝혔다.".encode("euc_kr"), NEITHER),
    ("公司計劃明年擴建資料中心的電力設施，供應十萬顆處理器。".encode("big5"), NEITHER),
    ("Компания построит новый центр обработки данных.".encode("cp1251"), NEITHER),
    (b"\x1b$B\x7f\x7f\x1b(B", "unknown encoding: escapes of ISO-2022-JP that do not fit it"),
)


def writes(encoding: str, text: str) -> bool:
    """Whether the encoding has all characters of the text (EUC-JP only escapes half-width kana; no text of today has them)."""
    try:
        return text.encode(encoding) != b"" and not (encoding.startswith("euc") and "ﾃ" in text)
    except UnicodeEncodeError:
        return False


@pytest.mark.parametrize(
    ("encoding", "text"), [(encoding, text) for encoding in ENCODINGS for text in TEXTS if writes(encoding, text)]
)
def test_japanese_text_is_decoded_without_being_told_its_encoding(text: str, encoding: str) -> None:
    """Text of any length, with its line ends."""
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(("data", "reason"), REFUSED, ids=lambda value: repr(value)[:24])
def test_what_is_no_text_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    """The reason says what it is, or where UTF-8 breaks off."""
    with pytest.raises(ReadError) as caught:
        decode(data)
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize("label", ["Shift_JIS", "windows-31j", " x-sjis "])
def test_a_declared_encoding_is_believed_where_it_fits(label: str) -> None:
    """Half-width kana alone could be either encoding; the declaration decides."""
    assert decode("ｱｲｳｴ".encode("cp932"), label) == "ｱｲｳｴ"


@pytest.mark.parametrize("label", ["Shift_JIS", "euc-jp", "no-such-encoding", "base64"])
def test_a_wrong_declaration_does_no_harm(label: str) -> None:
    """UTF-8 that says it is something else is read as UTF-8 where the bytes do not fit the claim."""
    text = "AI向けの電力を増やす😀"
    assert decode(text.encode(), label) == text


@given(st.text(min_size=1).filter(lambda text: text.replace("\ufeff", "").strip() and not {"\0", "\x1b"} & set(text)))
def test_utf8_is_never_mistaken(text: str) -> None:
    """Any text comes back as it was written, less a byte order mark."""
    assert decode(text.encode()) == text.encode().decode("utf-8-sig")


@given(st.binary(max_size=400))
def test_any_bytes_give_a_text_or_a_reason(data: bytes) -> None:
    """Nothing but a read error, and no text that is empty."""
    try:
        assert decode(data).strip()
    except ReadError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_no_text(seed: int) -> None:
    """Also where all of them have the high bit, as Japanese in EUC-JP has."""
    drawn = random.Random(seed)
    for first in (0x80, 0xA1):
        with pytest.raises(ReadError):
            decode(bytes(drawn.randrange(first, 0xFF) for _ in range(200)))
