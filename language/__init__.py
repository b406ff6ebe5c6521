"""Words, names, amounts and times: small exact values that can be compared. Knows no model and no article."""
