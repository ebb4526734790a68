"""Corpus, document and sentence scores, computed by sacreBLEU with its own defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import InputError, ModelError

METRICS = ("bleu", "chrf", "chrf++", "ter", "comet")
COMET_MODEL = "Unbabel/wmt22-comet-da"
LOWER_IS_BETTER = ("ter",)
_INTERVAL = 1000  # resamples of an interval or a test, sacreBLEU's default


@dataclass(frozen=True, slots=True)
class Score:
    """One metric of one system: 0 to 100 (TER may exceed it; COMET is 0 to 1 in the main).

    `low` and `high` bound the 95 % interval where resampling was asked for. `details` are the metric's own
    parts: for BLEU the n-gram precisions, brevity penalty and lengths in tokens. `each` has a score a line where
    the metric gives one as it goes (COMET).
    """

    metric: str
    score: float
    signature: str
    details: Mapping[str, Any]
    low: float | None = None
    high: float | None = None
    each: tuple[float, ...] = ()

    def row(self) -> dict[str, Any]:
        """The score as JSON values."""
        interval = {} if self.low is None else {"low": round(self.low, 4), "high": round(self.high or 0.0, 4)}
        return {"score": round(self.score, 4), "signature": self.signature, **interval, **self.details}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system against the first one: p values of the paired bootstrap, by metric; `None` for the first."""

    name: str
    scores: Mapping[str, Score]
    p: Mapping[str, float | None]

    def row(self) -> dict[str, Any]:
        """The scores as JSON values, each with its p value where there is one."""
        return {
            metric: {**one.row(), **({} if (p := self.p[metric]) is None else {"p": round(p, 4)})}
            for metric, one in self.scores.items()
        }


def _metric(name: str, references: Sequence[Sequence[str]] | None = None, *, sentence: bool = False) -> Any:
    from sacrebleu.metrics import BLEU, CHRF, TER

    if name == "bleu":
        return BLEU(references=references, effective_order=sentence)
    if name in ("chrf", "chrf++"):
        return CHRF(references=references, word_order=2 if name == "chrf++" else 0)
    if name == "ter":
        return TER(references=references)
    raise InputError(f"there is no metric named {name!r}; the metrics are: {', '.join(METRICS)}")


def check(hypotheses: Sequence[str], references: Sequence[str], what: str = "the hypothesis") -> None:
    """Raise `InputError` unless there is one reference a hypothesis."""
    if len(hypotheses) != len(references):
        raise InputError(
            f"{what} has {len(hypotheses)} lines and the reference has {len(references)}; line n must translate line n"
        )
    if not hypotheses:
        raise InputError(f"{what} is empty; give it at least one line")


def score(
    hypotheses: Sequence[str], references: Sequence[str], metrics: Sequence[str] = ("bleu", "chrf", "ter"), *,
    intervals: bool = False,
) -> dict[str, Score]:  # fmt: skip
    """Corpus scores of one system, by metric, with sacreBLEU's defaults and signatures.

    `hypotheses` and `references` are equally many lines. With `intervals`, 1,000 bootstrap resamples give
    the 95 % interval. Raises `InputError` where the numbers of lines differ or a metric is unknown.
    """
    check(hypotheses, references)
    found = {}
    for name in metrics:
        metric = _metric(name)
        result = metric.corpus_score(
            list(hypotheses), [list(references)], n_bootstrap=_INTERVAL if intervals else 1
        )
        mean, width = (
            (getattr(result, "_mean", -1.0), getattr(result, "_ci", -1.0)) if intervals else (-1.0, -1.0)
        )
        mean, width = float(mean), float(width)  # some of sacreBLEU's are NumPy's, which JSON does not know
        low, high = (mean - width, mean + width) if width >= 0 else (None, None)
        found[name] = Score(
            name, result.score, metric.get_signature().format(), _details(name, result), low, high
        )
    return found


def _details(name: str, result: Any) -> dict[str, Any]:
    if name == "bleu":
        return {
            "precisions": [round(p, 4) for p in result.precisions],
            "bp": round(result.bp, 4),
            "sys_len": result.sys_len,
            "ref_len": result.ref_len,
        }
    if name == "ter":
        return {"edits": float(result.num_edits), "ref_len": float(result.ref_length)}
    return {"beta": result.beta}


def sentence_scores(hypotheses: Sequence[str], references: Sequence[str], metric: str) -> list[float]:
    """One score a line; BLEU counts only the orders a line is long enough for, as sacreBLEU's does."""
    check(hypotheses, references)
    one = _metric(metric, sentence=True)
    return [one.sentence_score(h, [r]).score for h, r in zip(hypotheses, references, strict=True)]


def compare(
    systems: Mapping[str, Sequence[str]],
    references: Sequence[str],
    metrics: Sequence[str] = ("bleu", "chrf", "ter"),
) -> list[Comparison]:
    """Every system against the first by paired bootstrap resampling, with 95 % intervals.

    Raises `InputError` where a system has another number of lines than the reference.
    """
    from sacrebleu.significance import PairedTest

    for name, lines in systems.items():
        check(lines, references, name)
    parts = {name: _metric(name, [list(references)]) for name in metrics}
    test = PairedTest(
        [(name, list(lines)) for name, lines in systems.items()], dict(parts), None, "bs", _INTERVAL
    )  # fmt: skip
    signatures, results = test()
    found = []
    for i, (name, lines) in enumerate(systems.items()):
        scores, p = {}, {}
        for metric, column in zip(metrics, (c for c in results if c != "System"), strict=True):
            one = results[column][i]
            score, mean, width = float(one.score), float(one.mean), float(one.ci)
            detail = _details(metric, parts[metric].corpus_score(list(lines), None))
            scores[metric] = Score(
                metric, score, signatures[column].format(), detail, mean - width, mean + width
            )
            p[metric] = None if one.p_value is None else float(one.p_value)
            if i and score == results[column][0].score:
                p[metric] = 1.0  # sacreBLEU gives 1/(n+1) where two systems are the same
        found.append(Comparison(name, scores, p))
    return found


def comet(sources: Sequence[str], hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    """COMET of one system and, in `each`, of its lines, by `wmt22-comet-da`.

    Raises `ModelError` where COMET is not installed or its weights cannot be had.
    """
    check(hypotheses, references)
    check(sources, references, "the source")
    try:
        import comet as package
    except ImportError:
        raise ModelError(
            "COMET is not installed; the unbabel-comet of today asks for older transformers than Araxes does, so score"
            " with its own command comet-score in another environment, or leave comet out"
        ) from None
    import torch

    try:
        model = package.load_from_checkpoint(package.download_model(COMET_MODEL))
    except Exception as error:  # the hub's own errors are many and change
        raise ModelError(
            f"{COMET_MODEL}: the COMET weights cannot be had ({error}); fetch them once while online, or leave comet out"
        ) from error
    rows = [{"src": s, "mt": h, "ref": r} for s, h, r in zip(sources, hypotheses, references, strict=True)]
    result = model.predict(rows, batch_size=16, gpus=int(torch.cuda.is_available()), progress_bar=False)
    signature = f"nrefs:1|model:{COMET_MODEL}|version:{getattr(package, '__version__', '?')}"
    return Score("comet", float(result.system_score), signature, {}, each=tuple(map(float, result.scores)))
