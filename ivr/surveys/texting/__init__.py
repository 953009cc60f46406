"""Surveys by text message: how an answer is read, and how the talk goes on."""
