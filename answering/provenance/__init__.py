"""Who really says it, and who says otherwise."""
