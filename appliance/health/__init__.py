"""Health as values: a check looks, an issue says what is wrong, a suggestion says what to do."""
