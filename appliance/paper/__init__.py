"""What the counter prints: slips and labels, as PDF and for printers. No Flask, no rows."""
