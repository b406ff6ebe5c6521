"""A language model may phrase an answer; what it writes is checked against the quotes."""
