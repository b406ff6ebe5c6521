"""The rule for pronouns: "Did he resign?", "What caused it?"."""

from __future__ import annotations

import re

from answering.followup.conversation import Completed, Past, Remark, beside, capitalised
from answering.followup.parts import AUX, BE, PREPOSITION, WH, is_plural
from answering.followup.referents import possessive, referent
from answering.followup.spoken_names import name_spans, names_in

_PRONOUN = re.compile(r"\b(?:he|him|his|she|her|it|its|they|them|their)\b(?!['’](?!s\b))", re.I)
_STOP = rf"(?:{AUX}|that|if|when|whether|because|and|who|which|whose|while|where|why|after|before)"
_THE = r"(?:the|a|an|this|these|those|its|his|her|their|my|our|your|some|any|every|each|no)"
_AFTER_AUX = re.compile(
    rf"(?:(?:{WH}|(?:{PREPOSITION} )?(?:how|who|what|which)(?: (?!{_STOP}\b)[\w'’-]+){{0,5}}) )?{AUX}(?:n['’]t)? (?:not )?",
    re.I,
)
_AFTER_WHO = re.compile(
    rf"(?P<who>who|what|(?:which|what) [\w-]+)(?: else| exactly)?(?P<verbs>(?:['’]s)?(?: (?!{_THE}\b)(?!(?:that|if|when|whether|because|and|who|which)\b)[\w-]+){{0,3}}) ",
    re.I,
)
_AFTER_WISH = re.compile(
    rf"(?:please )?(?:tell (?:me|us)|explain|describe|show me|give me|list|name|summari[sz]e|compare)(?: (?!{_THE}\b|{_STOP}\b)\w+){{0,4}} ",
    re.I,
)
_AFTER_SUBJECT = re.compile(
    rf"(?:{WH} |how \w+ |what |who )?{AUX} (?:{_THE}(?: (?!{_THE}\b|{_STOP}\b)[\w-]+){{2,3}}|(?:you|i|we|anyone|someone|anybody)(?: (?!{_THE}\b|{_STOP}\b)\w+){{1,3}}) ",
    re.I,
)
_AFTER_NAME = re.compile(rf"(?: (?!{_THE}\b|{_STOP}\b)[a-z-]+){{1,3}} ")
_OBJECT_ENDS = re.compile(
    rf"$|[^\w'’ ]| (?:{PREPOSITION}|now|again|today|last|next|yet|too|first|off|up|down|out|back|together|and|or|so|really|exactly|then)\b",
    re.I,
)
_FIXED_IT = re.compile(
    r"\bit\b (?:(?:really|actually|still|ever|usually|even|always) )?(?:rain|snow|hail|freez|cold|hot|warm|sunny|windy|dark|foggy|humid|dry"
    r"|(?:take|takes|took|cost|costs|feel|feels|mean|means|help|matter|hurt|make sense|pay)\b.*\b(?:to|that|if|when|for)\b"
    r"|(?:true|possible|likely|legal|illegal|safe|better|best|worth|ok|okay|fine|hard|easy|difficult|important|necessary|normal|common|wrong"
    r"|right|bad|good|healthy|dangerous|rude|time|too late|cheaper|fair|unusual|clear|known|said|like)\b.+|that\b|going to (?:rain|snow)\b)"
    r"|\b(?:what time|what day|what date|how late|how far|how cold|how hot|how warm) (?:is|was|will) it\b|\bhow is it going\b|\bit is (?:said|known|true)\b",
    re.I,
)
_CATAPHORA = re.compile(r"(?:in|when|after|before|while|since|if|as|by|with|during|on|despite|for|according)\b[^,]*,", re.I)
_AGREE = {"do": "does", "are": "is", "have": "has", "were": "was"}


def pronoun_replaced(remark: Remark, past: Past) -> Completed | None:
    """An open pronoun, one that nothing in the question itself accounts for, is replaced by what it stands for."""
    match = open_pronoun(remark.words)
    if match is None:
        return None
    used = names_in(remark.words)
    before, after = remark.words[: match.start()], remark.words[match.end() :]
    passive = re.search(r"\b(?:are|were) $", before) and not re.match(r" \w+ing\b", after)
    many = is_plural(past.asked.noun) and (match[0].lower() == "them" or (match[0].lower() == "they" and passive))
    who = None if many else _acted_on(remark.words, match, past) or referent(match[0].lower(), past, used)
    if who is None:
        return beside(remark, past)
    done = _put(remark.words, match, who)
    again = open_pronoun(done)
    other = referent(again[0].lower(), past, (*used, who)) if again else None
    return Completed(f"{_put(done, again, other) if again and other else done}?")


def open_pronoun(words: str) -> re.Match[str] | None:
    """The first pronoun that stands for something outside the question ("Did it close?"), not within it ("Meta and its...")."""
    match = next((m for m in _PRONOUN.finditer(words) if m[0] != "IT"), None)
    if match is None or _FIXED_IT.search(words) or (_CATAPHORA.match(words) and names_in(words)):
        return None
    before, after, pronoun = words[: match.start()], words[match.end() :], match[0].lower()
    owning = _owns(pronoun, after)
    if owning and re.match(r" [\w'’-]+(?: [\w-]+)? (?:at|of) (?=[A-Z])", after):
        return None
    if not before or _AFTER_AUX.fullmatch(before) or _AFTER_WISH.fullmatch(before):
        return match
    if subject := _AFTER_WHO.fullmatch(before):
        named = bool(names_in(subject["verbs"]))
        plain = pronoun in ("its", "it", "them", "him") and subject["who"].lower() in ("who", "what")
        being = re.match(rf"['’]s|(?: {AUX})? ?(?:is|are|was|were)\b", subject["verbs"], re.I)
        return match if not named and (plain or being or not owning) else None
    is_object = not owning and pronoun in ("it", "them", "him", "her") and bool(_OBJECT_ENDS.match(after))
    names = name_spans(before)
    alone = len(names) == 1 and _AFTER_NAME.fullmatch(before[names[0].end :])
    return match if is_object and (alone or _AFTER_SUBJECT.fullmatch(before)) else None


def _owns(pronoun: str, after: str) -> bool:
    return pronoun in ("its", "his", "their") or (pronoun == "her" and not _OBJECT_ENDS.match(after))


def _put(words: str, match: re.Match[str], who: str) -> str:
    """With the apostrophe of an owner and the verb of one: "do they plan" -> "does Meta plan"."""
    before, after, pronoun = words[: match.start()], words[match.end() :], match[0].lower()
    owning = _owns(pronoun, after)
    if pronoun == "they" and " and " not in who and not is_plural(who.lower()):
        before = re.sub(r"\b(do|are|have|were)(?= $)", lambda m: _AGREE[m[1].lower()], before, flags=re.I)
        before = before[:1].upper() + before[1:] if match.start() and words[0].isupper() else before
    return capitalised(f"{before}{possessive(who) if owning else who}{after}")


def _acted_on(words: str, match: re.Match[str], past: Past) -> str | None:
    """ "Who voted against it?" after "Did the senate pass the farm bill?": the object, where "it" is one, or was."""
    object_ = re.search(
        rf"(?<=\w) (?P<np>the (?:(?!{_STOP}\b|{PREPOSITION}\b|of\b|the\b)[\w-]+ ?){{1,4}})$", past.asked.rest
    )
    if match[0].lower() != "it" or not object_ or past.asked.aux.lower() in BE:
        return None
    before, after = words[: match.start()], words[match.end() :]
    governed = re.search(rf"\b(?:{PREPOSITION}|of) (?:the )?$", past.asked.rest[: object_.start("np")], re.I)
    acted = re.search(r"\bwas $", before, re.I) or (_OBJECT_ENDS.match(after) and not re.search(rf"\b{AUX} $", before, re.I))
    return object_["np"] if acted and not governed else None
