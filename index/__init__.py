"""Passages -> an index on disk: encoder, vectors, lexical index, store, generations, build."""
