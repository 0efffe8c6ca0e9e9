"""Which box made a clip, and whether a film somewhere was taken from one."""
