"""The reel of the evening: its best moments in one film."""
