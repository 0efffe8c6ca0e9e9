"""The camera, live: to phones in the room, and out over the uplink where the evening says so."""
