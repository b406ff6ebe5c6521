"""Sentences and questions as small values that can be compared: who does what to whom, how much, when, said by whom."""
