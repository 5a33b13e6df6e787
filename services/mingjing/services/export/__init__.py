"""Cases as open data: the settled facts of the archive for process mining, as XES and as OCEL 2.0."""
