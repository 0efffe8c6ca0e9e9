"""Capture: films the house while the show allows it, and cuts clips for the moments that were marked."""
