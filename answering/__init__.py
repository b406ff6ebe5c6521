"""Question + hits -> Answer: readings, support, disagreements, quotes."""
