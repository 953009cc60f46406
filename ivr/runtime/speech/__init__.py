"""Prompts as sound: recordings and speech engines, made into frames once and kept on a shelf."""
