"""Figures that more than one package shows in the same way."""
