"""From unboxed to ready, and the organiser's side."""
