"""Rules for what takes the place of one element of the last question: "And Amazon?", "In 2025?", "No, I meant Peru"."""

from __future__ import annotations

import re
from dataclasses import replace

from answering.followup.conversation import Completed, Past, Remark, capitalised
from answering.followup.parts import AUX, PREPOSITION, is_plural
from answering.followup.pronouns import open_pronoun, pronoun_replaced
from answering.followup.referents import possessive, referent
from answering.followup.spoken_names import (
    NUMBER,
    PLACES,
    TIME,
    all_name,
    is_place,
    kind_of,
    name_spans,
    names_in,
    whole_word,
)
from answering.wording import ENGLISH_FUNCTION_WORDS
from corpus.article import Span

_MEANT = re.compile(
    r"(?:(?:i (?:mean|meant|was asking about|was talking about|am asking about)|i['’]m asking about|actually|rather|make (?:that|it)|i said)\b[\s,:]*)+",
    re.I,
)
_NOT_BUT = re.compile(r"(?:not (?P<a>[^,]+?)(?:,| but) (?:but )?(?P<b>.+)|(?P<c>[^,]+?),? (?:and )?not (?P<d>.+))", re.I)
_FRAGMENT = re.compile(
    rf"(?:(?P<prep>{PREPOSITION}|of) )?(?P<what>.+?)(?: (?:then|too|though|instead|as well|also|please))*", re.I
)
_APPENDED = re.compile(r"in|at|on|since|before|after|during|under|near|until", re.I)
_SAME_OF = re.compile(rf"(?P<aux>{AUX})(?:n['’]t)? (?P<what>.+?)(?: (?:too|also|as well|instead))?", re.I)
_NO_FRAGMENT = re.compile(
    rf"\b(?:{AUX}|who|whom|what|which|when|where|why|how|that|if|whether|because|i|you|we|it|they|he|she|them|him)\b", re.I
)
_ATTRIBUTE = re.compile(r"(?:the|its|their) [a-z][\w-]*(?: [a-z][\w-]*){0,2}(?: of (?:it|them|that))?")
_N_OF = re.compile(r"(?P<lead>(?:what|who|which) (?:is|are|was|were) )(?P<noun>the [\w -]+?)(?P<of> of .+)", re.I)
_OF_PERSON = re.compile(
    r"(?:his|her) (?:(?:late|first|second|older|younger|former) )?(?:wife|husband|son|daughter|brother|sister|mother|father|partner|deputy|successor"
    r"|predecessor|boss|rival|opponent|team|party|company|coach|lawyer)",
    re.I,
)

_BARE_ENDS = re.compile(rf"$| (?:{PREPOSITION}|\w+ing|\w+ed)\b")
_BARE_SUBJECT = re.compile(
    rf"^(?:how \w+ |what |why |when |where )?(?:{AUX} (?P<noun>[a-z]+)$|do(?:es)? (?P<n>[a-z]+) )|^how \w+ {AUX} (?P<m>[a-z]+)\b",
    re.I,
)


def same_of(remark: Remark, past: Past) -> Completed | None:
    """ "Did Google?", "Has Peru too?": the same said of another subject."""
    match = _SAME_OF.fullmatch(remark.words)
    names = name_spans(match["what"]) if match else []
    if not match or len(names) != 1 or names[0].of(match["what"]) != re.sub(r"^the ", "", match["what"], flags=re.I):
        return None
    return _replaced(past, match["what"], first=True)


def noun_left_out(remark: Remark, past: Past) -> Completed | None:
    """ "And how many did Google buy?": the noun is that of the last question."""
    match = re.match(rf"(?P<wh>how many|how much|which ones|which)(?P<rest> {AUX} .+)", remark.words, re.I)
    noun = past.asked.noun if match else ""
    leans = match and (names_in(match["rest"]) or open_pronoun(remark.words))
    if not match or not noun or not leans:
        return None
    words = f"{capitalised(match['wh'].split(' one')[0])} {noun}{match['rest']}"
    return pronoun_replaced(replace(remark, words=words), past) or Completed(f"{words}?")


def meant(remark: Remark, past: Past) -> Completed | None:
    """ "No, I meant Google", "Google, not Apple"."""
    lead = _MEANT.match(remark.words)
    words = remark.words[lead.end() :] if lead else remark.words
    if swap := _NOT_BUT.fullmatch(words):
        wrong, right = (swap["a"], swap["b"]) if swap["a"] else (swap["d"], swap["c"])
        if whole_word(wrong).search(past.question):
            return Completed(whole_word(wrong).sub(lambda _: right, past.question, count=1) + "?")
        words = right if lead else words
    return parallel(replace(remark, words=words, joined=True), past) if lead and words else None


def parallel(remark: Remark, past: Past) -> Completed | None:
    """ "And Amazon?", "In 2025?", "And of silver?": takes the place of the parallel element."""
    match = _FRAGMENT.fullmatch(remark.words)
    if not match or len(remark.words.split()) > 7 or _NO_FRAGMENT.search(re.sub(r"\bUS\b|\bIT\b", "", remark.words)):
        return None
    what, prep = re.sub(r"['’]s$", "", match["what"]), (match["prep"] or "").lower()
    if not all_name(what) and not TIME.fullmatch(what) and not remark.joined:
        return None
    done = _time_for_time(what, prep, past) or _number_for_number(what, past) or _name_for_name(what, prep, past)
    done = done or (_attribute(what, past) or _noun_for_noun(what, prep, past) if remark.joined else None)
    if done is None:
        return Completed(f"{past.question} {remark.words}?", sure=False) if remark.joined else None
    sure = done.sure and (remark.joined or remark.asks or bool(prep))
    return Completed(done.question, sure)


def _time_for_time(what: str, prep: str, past: Past) -> Completed | None:
    if not TIME.fullmatch(what):
        return None
    bare = re.match(r"(?:last|this|next|today|yester|tomor)", what)
    old = TIME.search(past.question)
    if not old:
        return Completed(f"{past.question} {'' if bare else _time_preposition(what, prep) + ' '}{what}?")
    before = past.question[: old.start()]
    if bare:
        before = re.sub(r"\b(?:in|on|during) $", "", before)
    elif not re.search(rf"\b(?:{PREPOSITION}|of|the) $", before):
        before += f"{_time_preposition(what, prep)} "
    elif _APPENDED.fullmatch(prep):
        before = re.sub(r"\b(?:in|on|since|before|after|during|until) $", f"{prep} ", before)
    return Completed(f"{before}{what}{past.question[old.end() :]}?")


def _time_preposition(what: str, prep: str) -> str:
    if _APPENDED.fullmatch(prep):
        return prep
    return "on" if re.search(r"day$|[a-z] \d{1,2}(?:st|nd|rd|th)?\b(?! ?\d)|^\d{1,2}(?:st|nd|rd|th)? ", what) else "in"


def _number_for_number(what: str, past: Past) -> Completed | None:
    """A number, with the words after it where it has any: "and for 10 years?"."""
    new = NUMBER.match(what)
    olds = [m for m in NUMBER.finditer(past.question) if not TIME.fullmatch(m[0])]
    if not new or not olds:
        return None
    old = olds[-1]
    unit = re.match(r" \w+", past.question[old.end() :]) if new.end() < len(what) else None
    return Completed(f"{past.question[: old.start()]}{what}{past.question[old.end() + (unit.end() if unit else 0) :]}?")


def _name_for_name(what: str, prep: str, past: Past) -> Completed | None:
    known = {n.lower(): n for n in (*past.names, *past.answer_names, *past.topic)}
    what = known.get(what.lower(), what.title() if what.islower() and what in PLACES else what)
    shared = re.fullmatch(r"(?:the )?(?P<name>.+) (?P<noun>[a-z]+)", what)  # "the Fehmarn tunnel" for "the Gotland tunnel"
    if shared and all_name(shared["name"]) and any(f"{n} {shared['noun']}" in past.question for n in past.names):
        what = shared["name"]
    if not all_name(what):
        return None
    if is_place(what) and not any(is_place(n) for n in past.names) and past.names:
        return Completed(f"{past.question} {prep if _APPENDED.fullmatch(prep) else 'in'} {what}?")
    return _replaced(past, what, prep)


def _replaced(past: Past, what: str, prep: str = "", first: bool = False) -> Completed | None:
    """The name of the same kind that is not the topic of the conversation; of several, the last, the object."""
    question = past.question
    spans = [s for n in past.names for m in whole_word(n).finditer(question) for s in [Span(*m.span())]]
    spans.sort(key=lambda s: s.start)
    if any(s.of(question).lower() == re.sub(r"^the ", "", what.lower()) for s in spans):
        return Completed(f"{question} {what}?", sure=False)
    after = [s for s in spans if prep and re.search(rf"\b{prep} (?:the )?$", question[: s.start], re.I)]
    if prep and not after and prep not in ("for", "with", "about", "of", "in", "at"):
        return Completed(f"{question} {prep} {what}?")
    kind = kind_of(re.split(r",? (?:and|or) ", what)[0])
    alike = after or [s for s in spans if kind_of(s.of(question)) == kind] or spans
    fresh = [s for s in alike if s.of(question) not in past.topic] or alike
    if not fresh:
        return Completed(f"{question} {prep or 'in'} {what}?") if is_place(what) else None
    old = fresh[0] if first else fresh[-1]
    before = question[: old.start]
    if re.match(r"the ", what, re.I) or kind != "thing":
        before = re.sub(r"\b[Tt]he $", "", before)
    return Completed(f"{before}{what}{question[old.end :]}?")


def _attribute(what: str, past: Past) -> Completed | None:
    """ "And the price?": of what the last question was about."""
    if _OF_PERSON.fullmatch(what) and (who := referent("he", past, ())):
        theirs = f"{possessive(who)} {what.split(' ', 1)[1]}"
        return Completed(whole_word(who).sub(lambda _: theirs, past.question, count=1) + "?")
    if not _ATTRIBUTE.fullmatch(what):
        return None
    noun = re.sub(r"^(?:its|their) | of (?:it|them|that)$", "", what)
    noun = noun if noun.startswith("the ") else f"the {noun}"
    if old := _N_OF.match(past.question):
        return Completed(f"{old['lead']}{noun}{old['of']}?")
    owner = referent("it", past, ())
    if owner and (len(past.names) < 2 or not what.startswith("the ")):
        return Completed(f"What {'are' if is_plural(noun) else 'is'} {noun} of {owner}?")
    return Completed(f"What about {noun}: {past.lowered}?")


def _noun_for_noun(what: str, prep: str, past: Past) -> Completed | None:
    """ "And women?", "And silver?": a bare noun for the one counted, or for the bare object of the last preposition."""
    if not re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)?", what) or what.split()[0].lower() in ENGLISH_FUNCTION_WORDS:
        return None
    question, noun = past.question, past.asked.noun
    if is_plural(what) and re.fullmatch(r"[a-z]+", noun) and is_plural(noun) and not prep:
        sure = not (question.islower() and past.names)  # who types no capitals may mean a name
        return Completed(whole_word(noun).sub(lambda _: what, question, count=1) + "?", sure)
    own = rf"(?:{prep})" if prep else rf"(?:{PREPOSITION}|of)"
    found = re.finditer(rf"\b{own} (?P<noun>[^\W\d_A-Z][^\W\d_]*)(?=$|[ ,])", question)
    if objects := [m for m in found if _bare(m["noun"]) and _BARE_ENDS.match(question[m.end() :])]:
        old = objects[-1]
        sure = is_place(old["noun"]) == is_place(what)
        return Completed(f"{question[: old.start('noun')]}{what}{question[old.end() :]}?", sure)
    if past.names and not is_plural(what) and len(what.split()) == 1 and (done := _replaced(past, capitalised(what), prep)):
        return replace(done, sure=done.sure and not re.search(r"(?:er|est|ly|ed|ing)$", what))  # "and cheaper?"
    if subject := _BARE_SUBJECT.search(question):
        group = next(name for name, word in subject.groupdict().items() if word)
        if _bare(subject[group]):
            return Completed(f"{question[: subject.start(group)]}{what}{question[subject.end(group) :]}?")
    return None


def _bare(noun: str) -> bool:
    return noun.lower() not in ENGLISH_FUNCTION_WORDS
