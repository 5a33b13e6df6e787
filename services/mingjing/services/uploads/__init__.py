"""Files that agencies upload, read row by row; every row that cannot be used is given back with its reason."""
