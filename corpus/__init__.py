"""Files -> Article -> Passage. Knows nothing of models, indexes or questions."""
