"""A question in its parts, and what can be built of them: the same event asked for otherwise, what it takes for granted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from answering.followup.spoken_names import name_spans
from answering.wording import ENGLISH_FUNCTION_WORDS

AUX = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must)"
BE = ("is", "are", "was", "were")
PREPOSITION = r"(?:from|to|for|in|on|at|with|by|during|since|as|after|before|into|over|under|against|between|through|about|until|near|than|per)"
_DETERMINER = re.compile(
    r"(?:the|a|an|this|that|these|those|its|his|her|their|our|my|your|some|any|each|every|all|no|it|he|she|they|we|you|people|\d\S*)\b",
    re.I,
)
WH = (
    rf"(?:(?:{PREPOSITION} )?(?:when|where|why|how(?: long| often| soon| far| fast| come)?|whom|who"
    r"|(?:what|which) (?:year|month|day|date|time|price|place|city|country|reason|purpose))"
    rf"|{PREPOSITION} (?:(?:what|which) \w+|how (?:much|many)(?: [a-z]+)?))"
)
_ADVERBIAL = re.compile(
    rf"(?:when|where|why|how(?: long| often| soon| fast| far)?|(?:what|which) (?:year|month|day)|{PREPOSITION} .+)", re.I
)
_PARTS = re.compile(
    rf"^(?:(?P<head>(?:{PREPOSITION} )?(?:how|what|which|who|whom|whose|when|where|why)\b.*?) )?(?P<aux>{AUX})(?:n['’]t)? (?P<rest>\S.*)$",
    re.I,
)
COUNTED = re.compile(
    r"^(?:how (?:many|much)(?: of)?|which(?: of)?|what(?: other)?(?! (?:is|are|did|does)\b)) (?P<noun>.+)$", re.I
)


@dataclass(frozen=True)
class Asked:
    """A question in its parts: "How many chips | did | Meta buy from AMD"."""

    head: str
    aux: str
    rest: str

    @classmethod
    def of(cls, question: str) -> Asked:
        match = _PARTS.match(question)
        return cls(match["head"] or "", match["aux"], match["rest"]) if match else cls(question, "", "")

    @property
    def noun(self) -> str:
        """What is counted or chosen from: "chips" of "How many chips"; "" for "Who" and "When"."""
        match = COUNTED.match(self.head)
        return match["noun"] if match else ""

    @property
    def inverted(self) -> bool:
        """The auxiliary stands before the subject, as in "did Meta buy" and not in "Who has bought"."""
        if not self.head or self.aux.lower() in ("do", "does", "did") or _ADVERBIAL.fullmatch(self.head):
            return bool(self.aux)
        return _opens_with_subject(self.rest) and (self.aux.lower() not in BE or bool(re.search(r"ing\b", self.rest)))

    @property
    def copular(self) -> bool:
        """ "Who is the chief of AMD", "What is gold": nothing happens there that could be asked when."""
        return self.aux.lower() in BE and self.head.lower() in ("who", "what") and _opens_with_subject(self.rest)

    def when_like(self, wh: str) -> str | None:
        """The same event asked for with another question word: "When did Meta buy chips from AMD"."""
        if not self.inverted or re.match(r"how (?:old|big|high|tall|large|deep|wide|rich)\b", self.head, re.I):
            return None
        if not self.head or _ADVERBIAL.fullmatch(self.head):
            return f"{wh} {self.aux.lower()} {self.rest}"
        if not self.noun:
            return None if self.head.lower() in ("who", "what", "whom") else f"{wh} {self.aux} {self.rest}"
        return f"{wh} {self.aux} {_with_object(self.rest, _indefinite(self.head, self.noun))}"

    @property
    def statement(self) -> str | None:
        """What the question takes for granted: "people died in the flood", "Meta did buy chips from AMD"."""
        if self.head and not self.inverted and not self.copular:
            subject = {"who": "someone", "what": "something"}.get(self.head.split()[0].lower(), "")
            who, rest = (self.head, f"{self.aux} {self.rest}") if self.aux else _split_subject(self.head)
            noun = Asked(who, "", "").noun
            subject = _indefinite(who, noun) if noun else subject
            return f"{subject} {rest}".strip() if subject and rest else None
        names = [s for s in name_spans(self.rest) if s.start == 0]
        if not self.aux or not names or not self.inverted:
            return None
        after = self.rest[names[0].end :]
        inner = _with_object(after, _indefinite(self.head, self.noun)) if self.noun else after
        return f"{names[0].of(self.rest)} {self.aux.lower()}{inner}"


def _opens_with_subject(rest: str) -> bool:
    return bool(_DETERMINER.match(rest)) or any(s.start == 0 for s in name_spans(rest, strict=False))


def _split_subject(head: str) -> tuple[str, str]:
    """ "Who bought AMD" -> "Who", "bought AMD"; "How many people died in it" -> "How many people", "died in it"."""
    match = re.match(r"(?P<who>who|what|(?:how many|how much|which|what) \S+)\s+(?P<did>(?!of\b)\S.*)", head, re.I)
    if match and match["who"].lower().startswith("what ") and not match["who"].endswith("s"):
        match = re.match(r"(?P<who>what)\s+(?P<did>\S.*)", head, re.I)
    return (match["who"], match["did"]) if match else (head, "")


def _indefinite(head: str, noun: str) -> str:
    """ "Which bank" -> "a bank"; "How many chips" -> "chips"."""
    plain = re.match(r"(?:how|which of|what other)\b", head, re.I) or noun.split()[0].lower() in ENGLISH_FUNCTION_WORDS
    if plain or is_plural(noun):
        return noun
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def is_plural(noun: str) -> bool:
    last = (noun.lower().split(" of ")[0].split() or [""])[-1]
    return last in ("people", "men", "women", "children") or (last.endswith("s") and not last.endswith(("ss", "us", "is")))


def _with_object(rest: str, what: str) -> str:
    """The object put where it belongs, before the first preposition: "Meta buy from AMD" -> "Meta buy chips from AMD"."""
    names = name_spans(rest)
    for match in re.finditer(rf" {PREPOSITION}\b| in | last | this ", rest):
        if not any(s.start < match.start() < s.end for s in names):
            return f"{rest[: match.start()]} {what}{rest[match.start() :]}"
    return f"{rest} {what}"
