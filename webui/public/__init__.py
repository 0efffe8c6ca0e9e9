"""The public page of each event: static files in the organiser's bucket. Made here, served by the bucket."""
