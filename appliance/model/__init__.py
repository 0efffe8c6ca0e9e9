"""Values only: what an evening is made of. Nothing here reads, writes, waits or draws."""
