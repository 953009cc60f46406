"""The part of the configuration that is about reports."""
