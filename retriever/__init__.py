"""Question -> hits: searches vectors and words, fuses both, and lets dates count."""
