"""Words, names, amounts and times, and what a question asks: small exact values that can be compared. Knows no model and no article."""
