"""What every service does alike: one owner thread, one inbox, crash-only start, an orderly stop."""
