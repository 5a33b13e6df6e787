"""接入检验: an agency's feed scored before it goes live, with every fault explained."""
