"""The organiser's bucket: S3 or a plain folder behind one interface, and the layout of CONTRACT.md."""
