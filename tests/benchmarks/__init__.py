"""How fast the arithmetic is: `make bench` prints a table; a smoke run at small size is part of the ordinary tests."""
