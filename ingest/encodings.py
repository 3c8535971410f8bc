"""Bytes to text: the encodings Japanese articles come in, told apart strictly (labels: https://encoding.spec.whatwg.org/)."""

from __future__ import annotations

import codecs
import re

from kg.errors import ReadError

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\$\([@-Q]|\([BIJ])")
ESCAPED = ("iso2022_jp_ext", "iso2022_jp_3", "iso2022_jp_2004")
LEGACY = ("euc_jp", "euc_jis_2004", "cp932")
LABELS = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms932": "cp932",
}
SAMPLE = 20_000
FEW_KANJI = 12
MOST_KANJI_A_KANA = 10
"""Kanji for one kana; the articles that were counted have about one."""

_COMMON = re.compile(r"[\u3000-\u303f\u3040-\u30ff\uff01-\uff5e]")
_KANA, _KANJI = re.compile(r"[\u3041-\u30fa]"), re.compile(r"[\u3400-\u9fff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, declared: str = "") -> str:
    """The text of ``data``, line ends as they are, a byte order mark left out.

    ``declared`` is the label an HTML page gives itself; it is believed where it fits, unless UTF-8 fits better. Otherwise
    ISO-2022-JP is known by its escapes, UTF-8 by being valid, EUC-JP and Shift_JIS (cp932) by which gives usual Japanese.
    Raises :class:`ReadError`: empty, binary, unknown encoding.
    """
    if not data.strip():
        raise ReadError("empty")
    text = _marked(data) or _declared(data, declared) or _unmarked(data)
    if "\0" in text:
        raise ReadError("binary, not a text")
    if not text.replace("\ufeff", "").strip():
        raise ReadError("empty")
    return text


def _attempt(data: bytes, encoding: str) -> str:
    """The text, or nothing where the bytes are not of that encoding (or there is no such encoding)."""
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return ""


def _marked(data: bytes) -> str:
    """The text where a byte order mark tells its encoding."""
    return next((_attempt(data, encoding) for mark, encoding in BOMS if data.startswith(mark)), "")


def _declared(data: bytes, label: str) -> str:
    name = label.strip().lower()
    if not name or not (text := _attempt(data, LABELS.get(name, name))):
        return ""
    return max(filter(None, (text, _attempt(data, "utf-8"))), key=plausibility)


def _unmarked(data: bytes) -> str:
    if b"\0" in data:
        raise ReadError("binary, not a text")
    if ESCAPE.search(data) and max(data) < 0x80:
        return next((text for encoding in ESCAPED if (text := _attempt(data, encoding))), "") or _unknown(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        readings = [text for encoding in LEGACY if (text := _attempt(data, encoding))]
        best = max(readings, key=plausibility, default="")
        return best if plausibility(best) > 0 and japanese(best) else _unknown(data)


def _unknown(data: bytes) -> str:
    """Raise with the reason that helps most: binary data, or where UTF-8 breaks off."""
    if len(_CONTROL.findall(data[:SAMPLE].decode("latin-1"))) * 100 > len(data[:SAMPLE]):
        raise ReadError("binary, not a text")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReadError(
            f"unknown encoding: neither UTF-8 (byte {error.start} does not fit) nor Shift_JIS, EUC-JP or ISO-2022-JP text"
        ) from None
    raise ReadError("unknown encoding: escapes of ISO-2022-JP that do not fit it")


def japanese(text: str) -> bool:
    """Whether a text has the kana that Japanese has; a few words may do without.

    Chinese and Korean (GB 18030, EUC-KR, Big5) share their bytes with EUC-JP, where they give kanji and hardly any kana.

    >>> japanese("電力網整備計画"), japanese("電力は足りる" * 4), japanese("殖搾巨焼澗臣背呉杷什汽戚斗湿斗拭")
    (True, True, False)
    """
    kana, kanji = len(_KANA.findall(text[:SAMPLE])), len(_KANJI.findall(text[:SAMPLE]))
    return kanji < FEW_KANJI or kana * MOST_KANJI_A_KANA >= kanji


def plausibility(text: str) -> int:
    """How much more of the text is usual Japanese (kana, full-width signs, first-level kanji) than unusual.

    Bytes of one encoding read as another give half-width kana and rare kanji, which count against it; ASCII says nothing.

    >>> plausibility("電力は") > 0 > plausibility("､ﾏ鐃")
    True
    """
    return sum(_weight(char) for char in text[:SAMPLE] if char > "\x7f")


def _weight(char: str) -> int:
    if _COMMON.match(char):
        return 2
    if "\uff61" <= char <= "\uff9f":
        return -1
    try:
        code = char.encode("euc_jp")
    except UnicodeEncodeError:
        return -2
    return 2 if len(code) == 2 and code[0] <= 0xCF else -2
