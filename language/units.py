"""What amounts are reckoned in: by word or sign the kind, the unit, and how many of that unit it is."""

from __future__ import annotations

import re
from decimal import Decimal

_MONEY = {
    "$": "$ us$ dollar usd buck", "€": "€ euro eur", "£": "£ pound gbp quid", "¥": "¥ yen jpy", "yuan": "yuan cny rmb renminbi",
    "crown": "crown koruna czk", "krone": "krone kroner nok dkk", "krona": "krona kronor sek", "franc": "franc chf",
    "rupee": "rupee inr rs ₹", "peso": "peso", "rouble": "rouble ruble rub", "real": "reais brl", "rand": "zar",
    "won": "krw ₩", "zloty": "zloty zlotys pln", "lira": "lira try", "forint": "forint huf", "cent": "cent",
    "c$": "c$ cad", "a$": "a$ aud",
}  # fmt: skip
_MEASURES = {
    "w": "watt 1 w 1 kilowatt 1e3 kw 1e3 megawatt 1e6 mw 1e6 gigawatt 1e9 gw 1e9 terawatt 1e12 tw 1e12",
    "wh": "wh 1 watt-hour 1 kwh 1e3 kilowatt-hour 1e3 mwh 1e6 megawatt-hour 1e6 gwh 1e9 gigawatt-hour 1e9 twh 1e12 terawatt-hour 1e12",
    "m": "metre 1 meter 1 km 1e3 kilometre 1e3 kilometer 1e3 cm 0.01 centimetre 0.01 centimeter 0.01 mm 0.001 millimetre 0.001 "
         "millimeter 0.001 mile 1609.344 yard 0.9144 foot 0.3048 feet 0.3048 ft 0.3048 inch 0.0254 inche 0.0254",
    "m/h": "km/h 1e3 kph 1e3 kmh 1e3 mph 1609.344 m/s 3600 knot 1852",
    "m²": "m² 1 km² 1e6 ha 1e4 hectare 1e4 acre 4046.86 sqm 1",
    "m³": "m³ 1",
    "kg": "kg 1 kilogram 1 kilogramme 1 kilo 1 tonne 1e3 ton 1e3 gram 0.001 gramme 0.001 mg 0.000001 lb 0.45359237 lbs 0.45359237 "
          "ounce 0.0283495",
    "l": "litre 1 liter 1 ml 0.001 millilitre 0.001 milliliter 0.001",
    "hz": "hz 1 hertz 1 khz 1e3 mhz 1e6 ghz 1e9", "byte": "kb 1e3 mb 1e6 gb 1e9 tb 1e12 kilobyte 1e3 megabyte 1e6 gigabyte 1e9 terabyte 1e12",
    "degree": "degree 1 ° 1", "celsius": "°c 1", "volt": "volt 1", "barrel": "barrel 1", "gallon": "gallon 1",
}  # fmt: skip
_TIMES = "second minute hour day week month year decade century"
_SHORT_TIMES = {
    "sec": "second",
    "min": "minute",
    "hr": "hour",
    "yr": "year",
    "centurie": "century",
    "fortnight": "fortnight",
}
KNOWN: dict[str, tuple[str, str, Decimal]] = (
    {w: ("money", unit, Decimal(1)) for unit, words in _MONEY.items() for w in words.split()}
    | {w: ("measure", unit, Decimal(n)) for unit, row in _MEASURES.items() for w, n in zip(row.split()[::2], row.split()[1::2], strict=True)}
    | {w: ("time", w, Decimal(1)) for w in _TIMES.split()}
    | {w: ("time", unit, Decimal(1)) for w, unit in _SHORT_TIMES.items()}
    | {"penny": ("money", "£", Decimal("0.01")), "pence": ("money", "£", Decimal("0.01"))}
    | {"%": ("share", "%", Decimal(1)), "percent": ("share", "%", Decimal(1)), "percentage point": ("points", "point", Decimal(1))}
)  # fmt: skip
_NATIONS = {"us": "$", "u.s.": "$", "american": "$", "canadian": "c$", "australian": "a$", "swedish": "krona", "danish": "krone",
            "norwegian": "krone", "czech": "crown", "british": "£"}  # fmt: skip
_LETTERS = "|".join(sorted((re.escape(w) for w in KNOWN if w[0].isalpha() and len(w) > 1), key=len, reverse=True))
UNIT = (
    rf"%|per ?cent\b|percentage points?\b|(?:degrees |°\s?)(?:celsius|fahrenheit|centigrade|[cf])\b|°(?!\w)|[€$£¥₹₩]"
    rf"|(?:square|sq\.?|cubic) (?:kilo|centi)?(?:km|miles?|met(?:re|er)s?|m|feet|foot|yards?)\b|[kc]?m[²³]"
    rf"|(?:kilo|mega|giga|tera)?watt[- ]hours?\b|(?:kilomet(?:re|er)s|miles|met(?:re|er)s) (?:per|an|a) (?:hour|second)\b|km/h\b|m/s\b"
    rf"|(?:{'|'.join(re.escape(n) for n in _NATIONS)}) (?=dollar|kron|crown|pound)(?:[a-z]+)|(?:{_LETTERS})s?\b|[wW]\b|[CF]\b|[a-z]+"
)
"""A unit, or the word that stands after a number. Longer ones first."""
_SQUARES = {
    "km": "1e6",
    "kilomet": "1e6",
    "mile": "2589988.110336",
    "m": "1",
    "met": "1",
    "f": "0.09290304",
    "yard": "0.83612736",
}
_CUBES = {"met": "1", "m": "1", "km": "1e9", "kilomet": "1e9", "f": "0.028316846592"}


def unit_of(word: str) -> tuple[str, str, Decimal]:
    """The kind, the unit, how many of it; ("count", the word, 1) of what is no unit."""
    word = re.sub(r"\s+", " ", word.lower()).replace("per cent", "percent").replace("watt hour", "watt-hour")
    if found := _composed(word):
        return found
    for single in (word, word.removesuffix("s")):
        if single in KNOWN:
            return KNOWN[single]
    return "count", word, Decimal(1)


def _composed(word: str) -> tuple[str, str, Decimal] | None:
    if heat := re.fullmatch(r"(?:degrees |° ?)?(c|f|celsius|centigrade|fahrenheit)", word):
        return "measure", "fahrenheit" if heat[1][0] == "f" else "celsius", Decimal(1)
    if area := re.fullmatch(r"(square|sq\.?|cubic) ([a-z]+)", word):
        table, unit = (_CUBES, "m³") if area[1] == "cubic" else (_SQUARES, "m²")
        many = next((n for w, n in sorted(table.items(), key=lambda t: -len(t[0])) if area[2].startswith(w)), None)
        return ("measure", unit, Decimal(many)) if many else None
    if speed := re.fullmatch(r"(kilomet|mile|met)\w* (?:per|an|a) (hour|second)", word):
        metres = Decimal({"kilomet": "1e3", "mile": "1609.344", "met": "1"}[speed[1]])
        return "measure", "m/h", metres * (3600 if speed[2] == "second" else 1)
    nation, _, money = word.rpartition(" ")
    return ("money", _NATIONS[nation], Decimal(1)) if money and nation in _NATIONS else None
