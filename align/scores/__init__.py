"""Scores: sacreBLEU's metrics with their signatures, intervals and tests, and COMET where it is installed."""

from __future__ import annotations

from align.scores.metrics import METRICS, Comparison, Score, comet, compare, score, sentence_scores
from align.scores.terms import TermScores, term_scores

__all__ = [
    "METRICS", "Comparison", "Score", "TermScores", "comet", "compare", "score", "sentence_scores", "term_scores",
]  # fmt: skip
