"""`matinee dev`: the whole box in one terminal, on parts that a developer has."""
