"""Looking: how much moves, how many faces there are, and whether a picture is sharp and well lit."""
