"""One module a question. Each gives a router built from the parts it needs and no others."""
