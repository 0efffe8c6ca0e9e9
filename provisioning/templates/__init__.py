"""Templates of evenings: each the parts of an ``event.toml`` that are its own."""
