"""Araxes: translate a news article, align the sentences, and see whose names the translation uses."""
