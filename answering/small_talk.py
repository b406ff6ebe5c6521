"""Thanks, assent and greetings: as a whole remark, and as the opening of one."""

from __future__ import annotations

import re

AUX = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must)"
LONGEST_REMARK = 500
"""Code points. A longer question is no follow-up."""
_POLITE = (
    r"(?:(?:no )?thank(?:s| you| u)(?: (?:so|very) much| a lot| again)?(?: for (?:that|this|the (?:help|answer|info|information)|your help))?|thx|ty"
    r"|cheers|much appreciated|okay|ok|k|yes please|yes|yeah|yep|yup|ya|no problem|no|nope|nah|hello|hi|hey|howdy|dear|there"
    r"|good (?:morning|afternoon|evening|night|day|job|one|point|to know)|goodbye|good|bye(?: bye)?|see you(?: later)?|great|nice one|nice try|nice|cool"
    r"|perfect|awesome|excellent|wonderful|brilliant|amazing|lovely|fine|all right|alright|all good|right|sure|correct|exactly|indeed"
    r"|of course|absolutely|got it|i see|i understand|i agree|understood|interesting|fascinating|wow|please|sorry|never ?mind"
    r"|that(?:['’]s| is) (?:all|great|good|helpful|very helpful|interesting|right|fine|nice|it)|makes sense|that makes sense|that helps"
    r"|how are you(?: doing| today)?|well done|lol|haha\w*|hm+|oh|ah|aha|then|so|well|actually|very much|you['’]re welcome|you are welcome"
    r"|welcome|not now|not really|have a (?:nice|good) (?:day|one|evening)|my friend|everyone|again)"
)
_SMALL_TALK = re.compile(rf"[\W_]*+(?:(?>{_POLITE})\b[\W_]*)++", re.I)
_CLAUSE_OPENER = rf"(?:and|but|so|then|also|what|who|whom|whose|which|when|where|why|how|tell|{AUX})\b"
POLITE_LEAD = re.compile(
    rf"[\W_]*(?:(?>{_POLITE})(?:\s*[,.!;:…–—-]+\s*|\s+(?={_CLAUSE_OPENER}|i mean|not )))*+[\W_]*?(?=[\w$€£])", re.I
)
JOIN = re.compile(
    r"(?:(?:and|or|but|so|then|also|plus|well|okay|ok)\b[\s,]*)*+(?:(?:what|how) about\b[\s,]*|what of\b[\s,]*|what if it were\b[\s,]*)?"
    r"(?<=[\s,])",
    re.I,
)
_MEANT_AS_QUESTION = re.compile(r"\W*(?:right|sure|correct)\W*\?\W*", re.I)


def is_small_talk(text: str) -> bool:
    """Nothing to answer: thanks, assent, greetings, or no word at all."""
    if not re.search(r"[^\W_]", text):
        return True
    return len(text) <= LONGEST_REMARK and bool(_SMALL_TALK.fullmatch(text)) and not _MEANT_AS_QUESTION.fullmatch(text)
