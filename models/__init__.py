"""The networks, each loaded by one function: encoder, reader, judge, reranker, writer. `choosing.py` names them.

A model knows texts and what it says of them. It does not know articles, indexes or answers.
"""
