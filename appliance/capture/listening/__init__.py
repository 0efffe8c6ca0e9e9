"""Listening: which seconds of the house's sound are laughter, applause, cheering, speech or music."""
