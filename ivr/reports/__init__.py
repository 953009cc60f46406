"""Figures of the past and plans for the future: formulas over events that are given as data."""
