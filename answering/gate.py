"""What a writer wrote -> the sentences that may be shown, and why the others may not.

The law: a sentence is kept when *one* sentence of *one* quote it cites says it already. Its numbers, dates, names and
words stand there, in that order, with the same little words (from, to, not, some) before them. It may spell a number
or a date otherwise, leave out a whole parenthesis, a modifier or a date, put an opening phrase last, and turn passive
into active. It may add nothing, and drop no word that turns or weakens the statement.

One quote alone, because each citation is counted as a voice: a sentence sewn together of two quotes has none.
No model and no meaning here: a fair paraphrase is dropped, and that is the price.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from answering.answer import Quote
from answering.wording import ENGLISH_FUNCTION_WORDS
from corpus.article import Span
from corpus.splitting import sentences

MOST_SENTENCES = 4
LONGEST_SENTENCE = 500
"""Code points; what is longer is no sentence of an answer."""
LONGEST_TEXT = 8_000
"""Code points of a writer's text that are looked at; a sentence that begins behind them is never shown."""


@dataclass(frozen=True)
class Kept:
    """A sentence without its marks, and those of its citations that each carry it whole."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True)
class Dropped:
    """A sentence that is not shown, and why, for one who reads the log."""

    text: str
    reason: str


@dataclass(frozen=True)
class Gated:
    kept: tuple[Kept, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def gated(text: str, quotes: Sequence[Quote]) -> Gated:
    """A writer's text through the gate."""
    kept: list[Kept] = []
    dropped: list[Dropped] = []
    for sentence, numbers in cited_sentences(text[:LONGEST_TEXT]):
        judged = _judged(sentence, numbers, quotes)
        if isinstance(judged, Kept) and any(judged.text == k.text for k in kept):
            judged = Dropped(sentence, "it says again what was said")
        if isinstance(judged, Kept) and len(kept) == MOST_SENTENCES:
            judged = Dropped(sentence, f"{MOST_SENTENCES} sentences are enough")
        if isinstance(judged, Kept):
            kept.append(judged)
        else:
            dropped.append(judged)
    return Gated(tuple(kept), tuple(dropped))


def _judged(sentence: str, numbers: Sequence[int], quotes: Sequence[Quote]) -> Kept | Dropped:
    by_number = {q.number: q for q in quotes}
    if not numbers:
        return Dropped(sentence, "it cites no quote")
    if unknown := [n for n in numbers if n not in by_number]:
        return Dropped(sentence, f"there is no quote [{unknown[0]}]")
    if reason := unfit(sentence):
        return Dropped(sentence, reason)
    reasons = {n: unsaid(sentence, by_number[n].text) for n in numbers}
    if carrying := tuple(n for n in numbers if reasons[n] is None):
        return Kept(sentence, carrying)
    return Dropped(sentence, reasons[numbers[0]] or "")


# --- Sentences and their marks ---------------------------------------------------------------------------------------

_MARK = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]", re.ASCII)
_MARKS_BEHIND = re.compile(rf"([.!?][\"”’')]*)[ \t]*((?:{_MARK.pattern.replace('(', '(?:', 1)}[ \t]*)+)", re.ASCII)


def cited_sentences(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each sentence without its marks, and the numbers it cites in order; marks behind a full stop belong before it."""
    drawn_in = _MARKS_BEHIND.sub(r"\2\1 ", text)
    for span in sentences(drawn_in, Span(0, len(drawn_in))):
        written = span.of(drawn_in)
        numbers = dict.fromkeys(int(n) for m in _MARK.finditer(written) for n in re.split(r"[,;]", m[1]))
        if sentence := _without_marks(written):
            yield sentence, tuple(numbers)


def _without_marks(text: str) -> str:
    """One line, marks away, with no space before the full stop and a full stop where there is none."""
    line = " ".join(_MARK.sub(" ", unicodedata.normalize("NFC", text)).split())
    line = re.sub(r"^(?:[-•*–]|\d\.)\s+", "", re.sub(r"\s+([.,;:!?])", r"\1", line))
    return f"{line}." if line and line[-1].isalnum() else line


# --- What is no plain statement --------------------------------------------------------------------------------------

_PLAIN_SIGNS = frozenset(" .,;:!?'\"“”‘’()-–—/%$€£¥&")
_LINK = re.compile(r"[^\W_]\.[a-z]{2,}\b|\bwww\b|\bhttps?\b", re.I)
_ABBREVIATION = re.compile(r"\b(?:[^\W\d_]\.){2,}", re.I)
_TO_THE_READER = re.compile(
    r"\b(?:you|your|yours|yourself|please|click)\b|\b(?:previous|prior|above|following) instructions?\b"
    r"|\bsystem (?:prompt|message)|\blanguage model\b|\bas an ai\b|\b(?:assistant|user|system):"
    r"|^\W*(?:ignore|disregard|forget|visit|call|send|download|e-?mail|pay|subscribe|enter|type|run|copy|paste|reply|respond|say"
    r"|tell|write|answer|repeat|print|output|note|remember|open|install|contact|do|don['’]t|never|always|let|go|see|read|use)\b",
    re.I,
)


def unfit(sentence: str) -> str | None:
    """Why the sentence is no plain statement to a reader, whatever the quotes say; None when it is one."""
    if len(sentence) > LONGEST_SENTENCE:
        return "it is too long"
    if any(not c.isalnum() and c not in _PLAIN_SIGNS for c in sentence) or re.search(r"&#?\w+;", sentence):
        return "it holds signs that plain text has not"
    if any(c.isalnum() and unicodedata.normalize("NFKC", c) != c for c in sentence):
        return "it holds letters or digits in disguise"
    if _LINK.search(_ABBREVIATION.sub("", sentence)):
        return "it holds a link"
    if _TO_THE_READER.search(sentence):
        return "it tells the reader what to do"
    return None if re.search(r"[.!][\"”’')]*$", sentence) else "it is no whole statement"


# --- What a quote says -----------------------------------------------------------------------------------------------

_TURNING = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nobody|nothing|without|cannot|hardly|barely|rarely|seldom|almost|nearly"
    r"|(?-i:may|might|can|could|will|would|shall|should|must|ought)|if|unless|whether|although|though|but|except\w*|however|instead|rather"
    r"|until|only|or|perhaps|maybe|possibl[ye]|probabl[ye]|potential\w*|(?:un)?likely|apparent\w*|seem\w*|appear\w*|suppos\w*"
    r"|pending|subject|assum\w+|provided|depend\w*|conditional\w*|exclud\w*|apart|about to|set to|due to"
    r"|accord(?:ing|s)?|said|says?|saying|told|tells?|claim\w*|report\w*|alleg\w*|belie[fv]\w*|argu\w+|suggest\w*|think\w*|thought"
    r"|estimat\w*|expect\w*|predict\w*|forecast\w*|project(?:s|ed|ing)|insist\w*|assert\w*|den(?:y|ies|ied|ial)\w*|rumou?r\w*|speculat\w*"
    r"|reckon\w*|propos\w*|intend\w*|intention\w*|aim\w*|hop(?:e|es|ed|ing)|want\w*|wish\w*|seek\w*|sought|consider\w*|plan\w*|try|tries|tried"
    r"|attempt\w*|offer\w*|agree\w*|would-be|fail\w*|refus\w*|reject\w*|cancel\w*|declin\w*|withdr\w+|stop\w*|ceas\w*|halt\w*|abandon\w*|end(?:s|ed|ing)?"
    r"|fals\w+|fake\w*|hoax\w*|myth\w*|untrue|incorrect\w*|wrong\w*|jok\w+|quip\w*|wr[io]te\w*|tweet\w*|post(?:s|ed)|warn\w*"
    r"|stat(?:es|ed)|declar\w*|complain\w*|boast\w*|vow\w*|promis\w*|pledg\w*|threat\w*"
    r"|dream\w*|imagin\w*|pretend\w*|fear\w*|worr\w+|guess\w*|doubt\w*|question\w*|wonder\w*|ask\w*|formerly|former|ex|deputy|vice"
    r"|acting|partly|partially|mostly|some|few|once|previously|originally|initially|sources?)\b|n['’]t\b|[?“”\"‘]",
    re.I,
)
"""Words that turn a statement round, weaken it, or put it into another's mouth, wherever they stand in its sentence."""
_NAMED = re.compile(r"(?<=[^\W_] )[“\"‘]((?:[^\W_]+[ -]?){1,3})[”\"’](?![\w,])")
"""Up to three words in quotation marks: a name or a turn of phrase, not what someone said."""


def unsaid(sentence: str, quote: str) -> str | None:
    """Why no sentence of the quote says this; None when one does."""
    line = " ".join(quote.split())
    said = [span.of(line) for span in sentences(line, Span(0, len(line)))]
    found = [_unsaid_by(sentence, one) for one in said]
    return min(found, default=(9, "the quote is empty"))[1] or None


def _unsaid_by(sentence: str, said: str) -> tuple[int, str]:
    """How far from being said, and why; (0, "") when it is said. Few missing words are nearer than many."""
    ours, theirs = tokens(sentence), tokens(_MARK.sub(" ", said))
    missing = [t for t in ours[:-1] if not any(_same(t, other) for other in theirs[:-1])]
    if len(ours) < 3:
        return 9, "it says too little"
    if missing:
        return 2 + len(missing), f"the {missing[0].kind} “{missing[0].word}” is not in what it cites"
    if turning_words(sentence) != turning_words(said):
        return 2, "what it cites is more or less certain, or says the contrary"
    certain = not turning_words(said)
    if any(_follows(a, b, certain) for a in _variants(ours) for b in _sources(theirs)):
        return 0, ""
    return 1, "what it cites puts these words together otherwise"


def turning_words(text: str) -> Counter[str]:
    """How often each turning word stands in a text."""
    plain = _NAMED.sub(r"\1", _expanded(text)).replace("”", "“").replace('"', "“")
    return Counter(m[0].lower() for m in _TURNING.finditer(plain))


# --- Tokens ----------------------------------------------------------------------------------------------------------

Day = tuple[int | None, int | None, int | None]
"""Year, month and day; None where the text leaves it open."""


@dataclass(frozen=True)
class Token:
    """A word, number or date of a sentence, or its end, with the little words before it.

    kind        "word", "name", "number", "date" or "end"
    word        as written, lower-case, without a possessive; of a number its value and unit
    capital     written with a capital
    owns        has a possessive
    little      function words between the token before and this one
    one_of_many "a" or "an" stands right before it
    breaks      a comma, bracket or dash stands between the token before and this one
    """

    kind: str
    word: str
    day: Day | None = None
    capital: bool = False
    owns: bool = False
    little: frozenset[str] = frozenset()
    one_of_many: bool = False
    breaks: bool = False


_MONTHS = {
    m: n for n, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_MONTH = (
    r"(?P<m>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_DAY = r"(?P<d>[0-3]?[0-9])(?:st|nd|rd|th)?(?![\w:%]|[.,]?\d)"
_YEAR = r"(?P<y>(?:1[0-9]|20)[0-9]{2})(?![\w:%/]|[.,]\d)"
_DATES = [
    re.compile(pattern)
    for pattern in (
        r"(?P<y>[0-9]{4})-(?P<m>[01][0-9])-(?P<d>[0-3][0-9])(?![\w-])",
        rf"{_DAY} (?:of )?{_MONTH}(?!\w)(?:,? {_YEAR})?",
        rf"{_MONTH} {_DAY}(?:,? {_YEAR})?",
        rf"{_MONTH}(?!\w)(?:,? {_YEAR})?",
        _YEAR,
    )
]
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORTH = {w: n for n, w in enumerate(_ONES)} | {w: 10 * n for n, w in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9,
           "trillion": 10**12, "tn": 10**12}  # fmt: skip
_UNITS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "pct": "percent", "percentage points": "points",
    "percentage point": "points", "$": "dollar", "us$": "dollar", "dollars": "dollar", "dollar": "dollar",
    "us dollars": "dollar", "€": "euro", "euros": "euro", "euro": "euro", "gw": "gigawatt", "gigawatts": "gigawatt",
    "gigawatt": "gigawatt", "mw": "megawatt", "megawatts": "megawatt", "megawatt": "megawatt", "km": "kilometre",
    "kilometres": "kilometre", "kilometre": "kilometre", "kilometers": "kilometre", "kilometer": "kilometre",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w)])[-−](?=[$€£¥0-9]))?(?P<money>(?:US|A|C|HK|NZ|S)?\$ ?|[€£¥] ?)?"
    rf"(?:(?P<digits>(?>[0-9](?:[0-9.,]*[0-9])?))|(?P<words>(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES[1:10])}))?|{'|'.join(reversed(_ONES))}))"
    rf"(?P<scales>(?:[ -]?(?:{'|'.join(_SCALES)})(?![^\W_]))*)(?:[ -]?(?P<unit>{'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![^\W_]))?"
    r"(?![^\W_]|[:/][0-9])",
    re.I,
)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’./:&-][^\W_]+)*")
_BREAK = re.compile(r"[,;()–—]| - ")
_SHORT_FORMS = (
    (r"\bcannot\b", "can not"), (r"\bwon['’]t\b", "will not"), (r"\bcan['’]t\b", "can not"), (r"n['’]t\b", " not"),
    (r"['’]ll\b", " will"), (r"['’]re\b", " are"), (r"['’]ve\b", " have"), (r"\b(it|he|she|that|there)['’]s\b", r"\1 is"),
)  # fmt: skip
_ONE_OF_MANY = frozenset(["a", "an"])
_NO_LITTLE = frozenset(["s", "t", "other", "many", "much"])
_LITTLE = (ENGLISH_FUNCTION_WORDS | {"am", "may", "might", "must", "shall", "if", "or"}) - _NO_LITTLE
_ONE_FORM = {"are": "is", "am": "is", "were": "was"}


def tokens(sentence: str) -> tuple[Token, ...]:
    """The tokens of one sentence in order; the last is its end."""
    text, at = _expanded(sentence), 0
    found: list[Token] = []
    little: list[str] = []
    breaks = False
    while at < len(text):
        token, at_next = _token_at(text, at, first=not found and not little)
        if token is None:
            breaks = breaks or bool(_BREAK.match(text, at))
        elif token.kind == "little":
            little.append(token.word)
        else:
            found.append(_placed(token, little, breaks and bool(found)))
            little, breaks = [], False
        at = at_next
    return (*found, _placed(Token("end", ""), little, True))


def _placed(token: Token, little: Sequence[str], breaks: bool) -> Token:
    one_of_many = bool(little) and little[-1] in _ONE_OF_MANY
    return replace(token, little=frozenset(_ONE_FORM.get(w, w) for w in little), one_of_many=one_of_many, breaks=breaks)


def _token_at(text: str, at: int, first: bool) -> tuple[Token | None, int]:
    """The token that begins here, of kind "little" for a function word, and where the next can begin."""
    if at and text[at].isalnum() and text[at - 1].isalnum():
        return None, at + 1
    for pattern in _DATES:
        if (match := pattern.match(text, at)) and not (first and match[0] == "May"):
            return Token("date", match[0], _day(match)), match.end()
    if match := _NUMBER.match(text, at):
        return Token("number", _amount(match)), match.end()
    match = _WORD.match(text, at)
    return (_word(match[0], first), match.end()) if match else (None, at + 1)


def _word(written: str, first: bool) -> Token:
    bare = re.sub(r"['’]s?$", "", written)
    plain = bare.lower().replace("’", "'").replace(".", "")
    shouted = len(plain) > 1 and bare.isupper()
    if plain in _LITTLE and not shouted and not (bare in ("A", "I") and not first):
        return Token("little", plain)
    capital = any(c.isupper() for c in bare)
    name = capital and (not first or shouted)
    return Token("name" if name else "word", plain, capital=capital, owns=bare != written)


def _day(match: re.Match[str]) -> Day:
    fields = match.groupdict()
    year, month, day = fields.get("y"), fields.get("m"), fields.get("d")
    number = (int(month) if month.isdigit() else _MONTHS[month[:3].lower()]) if month else None
    return int(year) if year else None, number, int(day) if day else None


def _amount(match: re.Match[str]) -> str:
    """Value and unit in one spelling; digits that are no plain number stay as they are written."""
    digits, scale = match["digits"], 1
    for word in re.findall(r"[a-z]+", match["scales"].lower()):
        scale *= _SCALES[word]
    money = (match["money"] or "").strip().lower()
    unit = " ".join(_UNITS.get(u, u) for u in (money, (match["unit"] or "").lower()) if u)
    if digits and (len(digits) > 30 or not re.fullmatch(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2}|\.\d{4,})?", digits)):
        value = f"{digits} {scale}"
    else:
        worth = Fraction(digits.replace(",", "")) if digits else sum(_WORTH[w] for w in match["words"].lower().split("-"))
        value = str(worth * scale)
    return f"{'-' if match['sign'] else ''}{value} {unit}".strip()


def _expanded(text: str) -> str:
    """Short forms in full: "didn't" is "did not"."""
    for short, full in _SHORT_FORMS:
        text = re.sub(short, full, text, flags=re.I)
    return text


# --- One sentence against another ------------------------------------------------------------------------------------

_NEUTRAL = frozenset(
    ["a", "an", "the", "of", "and", "has", "have", "be", "being", "also", "do", "does", "did",
     "so", "very", "too", "then", "there"]
)  # fmt: skip
_POSSESSIVE = frozenset(["its", "their", "his", "her", "our", "my", "hers", "ours"])
_OF_TIME = frozenset(["in", "on", "at"])
_RELATIVE = frozenset(["who", "whom", "whose", "which", "that", "where", "while"])
_PARTICIPLES = {"took": "taken", "gave": "given", "wrote": "written", "chose": "chosen", "drew": "drawn", "grew": "grown",
                "knew": "known", "began": "begun", "drove": "driven", "stole": "stolen", "beat": "beaten"}  # fmt: skip


def _same(ours: Token, theirs: Token) -> bool:
    """The same number, date or word; a date may be named in part, a plain word in the other number."""
    if ours.day and theirs.day:
        return all(a in (None, b) for a, b in zip(ours.day, theirs.day, strict=True))
    if ours.word == theirs.word:
        return not (ours.day or theirs.day) and (ours.kind == "number") == (theirs.kind == "number")
    if {ours.kind, theirs.kind} != {"word"} or (ours.capital and theirs.capital):
        return False
    return _one_form(ours.word) == _one_form(theirs.word)


def _one_form(word: str) -> str:
    """Without the -s of the plural or of "buys", and one past for two: enough to fold, too little to confuse."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "news")):
        word = f"{word[:-3]}y" if word.endswith("ies") else re.sub(r"(?:(?<=[sxz])|(?<=[cs]h))es$|s$", "", word)
    return _PARTICIPLES.get(word, word)


def _agree(ours: Token, theirs: Token) -> bool:
    """The same token in the same role: its little words and possessive too."""
    if ours.kind == "end":
        return ours.little <= theirs.little
    if not _same(ours, theirs) or ours.owns != theirs.owns:
        return False
    neutral = _NEUTRAL | _POSSESSIVE | (_OF_TIME if theirs.day else frozenset())
    alike = ours.little - neutral == theirs.little - neutral and ours.little & _POSSESSIVE <= theirs.little & _POSSESSIVE
    joined_ours, joined_theirs = ("and" in t.little or t.breaks for t in (ours, theirs))
    return alike and ("and" not in ours.little or joined_theirs) and ("and" not in theirs.little or joined_ours)


def _follows(ours: Sequence[Token], theirs: Sequence[Token], certain: bool) -> bool:
    """True where our tokens are theirs in their order, and what is left out between may be left out."""
    reached = [-1]
    for token in ours:
        places = range(len(theirs) - 1) if token.kind != "end" else [len(theirs) - 1]
        reached = [j for j in places if any(_goes_on(token, theirs, i, j, certain) for i in reached if i < j)]
    return bool(reached)


def _goes_on(ours: Token, theirs: Sequence[Token], before: int, at: int, certain: bool) -> bool:
    """Is our next token theirs at a place, and may what stands since the place before be left out?

    A modifier that is left out hands its preposition on: "to a large bank" is "to a bank". Only so where the statement is
    plain: who bought no large bank may have bought one.
    """
    out, next_ = theirs[before + 1 : at], theirs[at]
    if certain and _are_modifiers(out, next_):
        return _agree(ours, replace(next_, little=next_.little | out[0].little))
    return _agree(ours, next_) and _may_skip(out, next_, ours, theirs[before] if before >= 0 else None)


def _may_skip(out: Sequence[Token], next_: Token, ours: Token, before: Token | None) -> bool:
    """May these tokens be left out before the next one without changing what the rest says?"""
    if not out:
        return before is None or not next_.breaks or ours.breaks or "and" in ours.little
    if all(t.day and t.little <= _OF_TIME | _NEUTRAL for t in out):
        return True
    if next_.breaks and (before is None or out[0].breaks):
        return not out[0].little - _NEUTRAL - _POSSESSIVE - _RELATIVE
    complement = len(out) == 1 and out[0].kind == "word" and out[0].little == {"of"}
    return complement and before is not None and before.kind == "number" and not next_.breaks


def _are_modifiers(out: Sequence[Token], next_: Token) -> bool:
    """A few plain words between "a" and what they modify: a large bank is a bank; "the large banks" are not the banks."""
    plain = all(t.kind == "word" and not t.owns for t in out) and not any(t.little or t.breaks for t in out[1:])
    alone = next_.kind in ("word", "name") and not next_.little and not next_.breaks
    return 1 <= len(out) <= 3 and out[0].one_of_many and not out[0].breaks and plain and alone


def _variants(sentence: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """The sentence, and the same with its opening phrase last and its passive made active, where it has them."""
    found = [sentence]
    for turned in (_opening_last, _active):
        found += [v for v in map(turned, list(found)) if v]
    return found


def _sources(sentence: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """The variants of what is quoted, which may lose its opening phrase too; what is written may not."""
    shorter = _without_opening(sentence)
    return _variants(sentence) + (_variants(shorter) if shorter else [])


def _opening_last(sentence: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """ "In May, Meta grew" -> "Meta grew in May"."""
    comma = next((i for i, t in enumerate(sentence[:-1]) if i and t.breaks), None)
    if comma is None or not (sentence[0].word == "according" or sentence[0].little - _NEUTRAL - _POSSESSIVE - _RELATIVE):
        return None
    opening = (replace(sentence[0], breaks=True), *sentence[1:comma])
    return (replace(sentence[comma], breaks=False), *sentence[comma + 1 : -1], *opening, sentence[-1])


def _without_opening(sentence: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """ "Moreover, Meta grew" -> "Meta grew"; not what limits it, as "In Malta" does."""
    comma = next((i for i, t in enumerate(sentence[:-1]) if i and t.breaks), None)
    if comma is None or sentence[0].little - _NEUTRAL - _POSSESSIVE - _RELATIVE:
        return None
    return (replace(sentence[comma], breaks=False), *sentence[comma + 1 :])


def _active(sentence: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """ "AMD was bought by Meta" -> "Meta bought AMD"."""
    last = len(sentence) - 1
    verb = next((i for i, t in enumerate(sentence[:last]) if i and t.little & {"was", "been"}), last)
    agent = next((i for i in range(verb + 1, last) if "by" in sentence[i].little and sentence[i].kind != "date"), last)
    if agent == last:
        return None
    rest = next(i for i in range(agent + 1, last + 1) if sentence[i].breaks or sentence[i].little - _NEUTRAL)
    by = replace(sentence[agent], little=sentence[agent].little - {"by"}, breaks=False)
    done = replace(sentence[verb], little=sentence[verb].little - {"was", "been"})
    subject = (by, *sentence[agent + 1 : rest])
    return (*subject, done, *sentence[verb + 1 : agent], *sentence[:verb], *sentence[rest:])
