"""A sentence and a quote -> whether the quote says the sentence, and if not, why.

It does when one sentence of the quote has the numbers, dates, names and words, in that order, with the same little words
(from, to, not, some) before them. A number or a date may be spelt otherwise, a whole parenthesis, a modifier or a date
left out, an opening phrase put last, and passive turned into active. Nothing may be added, and no word dropped that turns
or weakens the statement.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from answering.writing.tokens import MARK, Token, expanded, tokens
from corpus.article import Span
from corpus.splitting import sentences

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
    ours, theirs = tokens(sentence), tokens(MARK.sub(" ", said))
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
    plain = _NAMED.sub(r"\1", expanded(text)).replace("”", "“").replace('"', "“")
    return Counter(m[0].lower() for m in _TURNING.finditer(plain))


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
