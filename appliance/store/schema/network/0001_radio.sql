-- The box's links. Written by `network` alone.

-- Each change of the radio's state, in order.
CREATE TABLE radio_state (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL,                -- none, hotspot, connecting, connected, offline
    at TEXT NOT NULL
) STRICT;
