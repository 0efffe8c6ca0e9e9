"""What is read on the morning after: the report as a page."""
