"""Languages by their tags of BCP 47, and how well somebody has to know one, or knows it, by the levels of the CEFR."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rubrica.domain.country import COUNTRY_NAMES

_NAMES: Final = (
    "aa Afar; ab Abkhazian; af Afrikaans; ak Akan; am Amharic; an Aragonese; ar Arabic; as Assamese; ast "
    "Asturian; av Avaric; ay Aymara; az Azerbaijani; ba Bashkir; be Belarusian; bg Bulgarian; bho Bhojpuri; bi "
    "Bislama; bm Bambara; bn Bangla; bo Tibetan; br Breton; bs Bosnian; ca Catalan; ce Chechen; ceb Cebuano; ch "
    "Chamorro; ckb Central Kurdish; cmn Mandarin; co Corsican; cs Czech; cv Chuvash; cy Welsh; da Danish; de "
    "German; dv Divehi; dz Dzongkha; ee Ewe; el Greek; en English; eo Esperanto; es Spanish; et Estonian; eu "
    "Basque; fa Persian; ff Fula; fi Finnish; fil Filipino; fj Fijian; fo Faroese; fr French; fy Western Frisian; "
    "ga Irish; gd Scottish Gaelic; gl Galician; gn Guarani; gsw Swiss German; gu Gujarati; gv Manx; ha Hausa; haw "
    "Hawaiian; he Hebrew; hi Hindi; hmn Hmong; hr Croatian; ht Haitian Creole; hu Hungarian; hy Armenian; hz "
    "Herero; id Indonesian; ig Igbo; ii Sichuan Yi; ik Inupiaq; is Icelandic; it Italian; iu Inuktitut; ja "
    "Japanese; jv Javanese; ka Georgian; kab Kabyle; kg Kongo; ki Kikuyu; kj Kuanyama; kk Kazakh; kl Kalaallisut; "
    "km Khmer; kn Kannada; ko Korean; kok Konkani; ks Kashmiri; ku Kurdish; kv Komi; kw Cornish; ky Kyrgyz; la "
    "Latin; lb Luxembourgish; lg Ganda; li Limburgish; ln Lingala; lo Lao; lt Lithuanian; lu Luba-Katanga; luo "
    "Luo; lv Latvian; mai Maithili; mg Malagasy; mh Marshallese; mi Māori; mk Macedonian; ml Malayalam; mn "
    "Mongolian; mni Manipuri; mr Marathi; ms Malay; mt Maltese; my Burmese; nb Norwegian Bokmål; nd North "
    "Ndebele; ne Nepali; nl Dutch; nn Norwegian Nynorsk; no Norwegian; nr South Ndebele; nv Navajo; ny Nyanja; oc "
    "Occitan; oj Ojibwa; om Oromo; or Odia; os Ossetic; pa Punjabi; pl Polish; ps Pashto; pt Portuguese; qu "
    "Quechua; rm Romansh; rn Rundi; ro Romanian; ru Russian; rw Kinyarwanda; sa Sanskrit; sat Santali; sc "
    "Sardinian; sd Sindhi; se Northern Sami; sg Sango; si Sinhala; sk Slovak; sl Slovenian; sm Samoan; sn Shona; "
    "so Somali; sq Albanian; sr Serbian; ss Swati; st Southern Sotho; su Sundanese; sv Swedish; sw Swahili; ta "
    "Tamil; te Telugu; tet Tetum; tg Tajik; th Thai; ti Tigrinya; tk Turkmen; tl Tagalog; tn Tswana; to Tongan; "
    "tr Turkish; ts Tsonga; tt Tatar; tw Twi; ty Tahitian; ug Uyghur; uk Ukrainian; ur Urdu; uz Uzbek; ve Venda; "
    "vi Vietnamese; wa Walloon; wo Wolof; xh Xhosa; yi Yiddish; yo Yoruba; yue Cantonese; za Zhuang; zgh Standard "
    "Moroccan Tamazight; zh Chinese; zu Zulu"
)
LANGUAGE_NAMES: Final[dict[str, str]] = {
    code: name for code, _space, name in (entry.partition(" ") for entry in _NAMES.split("; "))
}
"""English names by primary subtag."""

_TAG: Final = re.compile("([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.IGNORECASE | re.ASCII)
_OTHER_NAMES: Final = {
    "Mandarin Chinese": "cmn",
    "Farsi": "fa",
    "Bengali": "bn",
    "Norwegian Bokmal": "nb",
    "Tamazight": "zgh",
    "Filipino/Tagalog": "fil",
    "Castilian": "es",
    "Brazilian Portuguese": "pt-BR",
}
_CODE_OF: Final = {
    **{name.casefold(): code for code, name in LANGUAGE_NAMES.items()},
    **{name.casefold(): code for name, code in _OTHER_NAMES.items()},
}


class Level(StrEnum):
    """How well a language is known, from the first words to the mother tongue."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"
    NATIVE = "NATIVE"


LEVELS: Final = tuple(Level)
"""From the lowest to the highest."""


def rank(level: Level) -> int:
    """Return the place of a level among all, from 1."""
    return LEVELS.index(level) + 1


def language_tag(text: str) -> str:
    """Return the tag in its usual spelling (``pt-BR``), from a tag or an English name; empty where it is none."""
    word = text.strip().replace("_", "-")
    named = _CODE_OF.get(word.casefold())
    if named is not None:
        return named
    found = _TAG.fullmatch(word)
    if found is None or found[1].lower() not in LANGUAGE_NAMES:
        return ""
    region = (found[3] or "").upper()
    if region.isalpha() and region not in COUNTRY_NAMES:
        return ""
    return "-".join(filter(None, [found[1].lower(), (found[2] or "").title(), region]))


def primary(tag: str) -> str:
    """Return the language of a tag, without script and region."""
    return tag.partition("-")[0]


def language_name(tag: str) -> str:
    """Return the English name of a tag, with its region: ``Portuguese (Brazil)``."""
    *_script, last = tag.split("-")
    name = LANGUAGE_NAMES[primary(tag)]
    return f"{name} ({COUNTRY_NAMES[last]})" if "-" in tag and last in COUNTRY_NAMES else name


def level_in(known: Mapping[str, Level], tag: str) -> Level | None:
    """Return how well somebody knows a language: the best level of any of its variants; None where not at all.

    Whoever speaks the English of one country is understood in another, so regions are not told apart.
    """
    levels = [level for spoken, level in known.items() if primary(spoken) == primary(tag)]
    return max(levels, key=rank, default=None)
