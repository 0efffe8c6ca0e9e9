"""The organiser's side of the bucket: keys, figures, people. Never runs on a box."""
