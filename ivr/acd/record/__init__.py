"""The record of a group, from which everything that it has decided follows once more."""
