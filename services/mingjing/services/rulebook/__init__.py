"""Tools for those who keep the rules: checking, comparing, trying on the past, publishing, drawing."""
