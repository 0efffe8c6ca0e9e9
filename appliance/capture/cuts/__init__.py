"""Cuts of a clip for other screens: reframed, titled, levelled; made behind the film, one at a time."""
