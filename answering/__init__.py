"""Passages become an answer. The words that this room uses:

question   what is asked: its words, and what kind of words answer (language/questions.py)
hit        a passage that was found, with its article
reading    a sentence of a hit with the words in it that answer, and how probable that is
judged     what the judge finds a sentence to be to a claim, or to a question with an answer: it says it, denies it, or neither
evidence   the readings of one answer, which speak for each other; the reading in front is the lead
voice      an article and its sentence that say a claim
statement  a reading and its candidates: the other readings that may say the same, from which its voices are chosen
claim      one statement of the answer with the quotes that carry it
origin     articles that do not speak independently of each other: one source, however many there are
support    how many origins a claim has: a single source, one shared origin, several, or unknown
side       one of several answers and who gives it
"""
