"""The running show: timeline, cues, house lights, GO and PANIC. It outlives the player."""
