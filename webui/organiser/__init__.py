"""The organiser's window: pages on their own computer, for them alone."""
