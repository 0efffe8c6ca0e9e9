"""How processes talk: requests over Unix sockets for what must be now, a bell that may be lost."""
