"""What attendees see: the evening, a pass, offers, what to watch again. No cookie, no script needed."""
