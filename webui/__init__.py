"""Every page of Matinee: portal, console, and the organiser's window. The only importer of Flask."""
