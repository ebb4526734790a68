"""The library in a dozen functions: what the commands do, for programs and notebooks.

Import them from `align`. They take and give the values of `align.types`, read files only where a path is
asked for, print nothing, and raise `models.errors.InputError` or `ModelError` with one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from align import pipeline
from align.aligner import align_documents, by_construction
from align.checks import View
from align.checks import run as run_checks
from align.gazetteer import places
from align.pipeline import Outcome, Plan, Tools
from align.profiles import profile as profile_of
from align.reader import from_text
from align.reader import read as read_file
from align.renderings import renderings
from align.scores import Score, TermScores, term_scores
from align.scores.metrics import score as score_lines
from align.terms import Termbase, default, load
from align.types import TARGETS, Bitext, Document, Finding, Rendering, Translation
from models.base import Encoder
from models.errors import InputError

if TYPE_CHECKING:
    from align.imports import Report
    from align.scores.project import VersionScores
    from align.store import Project

__all__ = [
    "align", "check", "export", "from_text", "measure", "open_project", "read", "rendered", "run", "score",
    "score_project", "take_back", "termbase", "translate",
]  # fmt: skip


_REMEMBERED = 200  # exported files whose content a project knows again


def read(path: Path | str, lang: str = "en", *, lines: bool = False) -> Document:
    """The article in a file of plain text, Markdown or HTML, in segments with their roles.

    Offsets are code points into `Document.text`, half-open. With `lines` each line that is not empty is one segment,
    whatever the language. Raises `InputError` where the file cannot be read, is no text or is empty, and for an
    unknown language.
    """
    return read_file(Path(path), lang, lines=lines)


def termbase(*paths: Path | str) -> Termbase:
    """The packaged termbase, or that of TOML files and folders: concepts by id, in the files' order.

    Raises `InputError` at the first error, with file and line.
    """
    return load(*map(Path, paths)) if paths else default()


def translate(
    source: Document, to: str, *, engine: str = "auto", terms: Termbase | None = None
) -> Translation:
    """The translation of an English document into `hy`, `az`, `ru` or `tr`, segment by segment.

    `engine` is `auto`, a name of the catalogue, a directory or an address. `links[i]` is the source segment that
    target segment `i` translates; segments without a translation have no link (`align.pipeline.untranslated`
    names them). What was translated before comes from the translation memory. Raises `InputError` for another
    language, `ModelError` where an engine that was named cannot be used.
    """
    return pipeline.translate(source, _target(to), engine, _tools(terms))[0]


def align(
    source: Document | Translation, target: Document | None = None, *, encoder: str | Encoder = "e5",
    terms: Termbase | None = None,
) -> Bitext:  # fmt: skip
    """The bitext of a document and its translation: beads that hold each segment of both exactly once, in order.

    A bead's score runs from 0 to 1; below 0.5 it is doubtful. A `Translation` that was made segment by segment
    is aligned by its links. `encoder` is `e5`, `lexical`, a directory, or one of your own
    (`models.base.Encoder`). Raises `InputError` without a target, `ModelError` where the encoder cannot be had.
    """
    if isinstance(source, Document):
        if target is None:
            raise InputError("align: there is no target; give the translation as a second document")
        source = Translation(source, target, "given")
    if source.links is not None:
        return by_construction(source)
    return align_documents(source, _encoder(encoder), terms or default())


def rendered(bitext: Bitext, *, terms: Termbase | None = None) -> tuple[Rendering, ...]:
    """What became of each name and loaded term of the source, bead by bead, then what the target added.

    Offsets are code points into `Document.text`, half-open; `verdict` says what happened, `sure` how sure that
    is, from 0 to 1. Places that only the gazetteer knows are among them.
    """
    return renderings(bitext, _grown(bitext.source, terms))


def check(
    bitext: Bitext, *, profile: str = "", day: date | None = None, terms: Termbase | None = None
) -> tuple[Finding, ...]:
    """The findings of every check, by bead, the gravest first.

    Without a profile the source is the measure; with one (`international`, `armenian`, `azerbaijani`, `russian`,
    `turkish`, or a TOML file) its accepted names on the article's `day` are. Raises `InputError` where there is no
    such profile.
    """
    chosen = profile_of(profile or "international")
    return run_checks(View(bitext, terms or default(), chosen, bool(profile), day))


def measure(
    bitext: Bitext, *, profile: str = "", day: date | None = None, terms: Termbase | None = None
) -> TermScores:
    """The term measures of a bitext; added with `+` they make a collection.

    `row(bounds=True)` gives them as JSON values: shares from 0 to 1, their 95 % intervals, loads in steps from -4 to
    +4. Raises `InputError` where there is no such profile.
    """
    return term_scores(bitext, terms or default(), profile_of(profile or "international"), day)


def score(
    hypotheses: Sequence[str], references: Sequence[str], metrics: Sequence[str] = ("bleu", "chrf", "ter"), *,
    intervals: bool = False,
) -> dict[str, Score]:  # fmt: skip
    """sacreBLEU's corpus scores by metric, with signatures: n hypotheses against n references.

    BLEU and chrF run from 0 to 100, TER from 0 upwards (low is good). With `intervals`, 1,000 bootstrap resamples give
    `low` and `high`. Raises `InputError` where the numbers of lines differ or a metric is unknown.
    """
    return score_lines(hypotheses, references, metrics, intervals=intervals)


def run(
    article: Document | Path | str, *, to: Sequence[str] = TARGETS, given: Mapping[str, Document] = {},
    engine: str = "auto", encoder: str | Encoder = "e5", profile: str = "", day: date | None = None,
    terms: Termbase | None = None, project: Path | str | None = None,
) -> list[Outcome]:  # fmt: skip
    """The whole job on one article: one outcome a language of `to`, in that order.

    `given` holds translations that exist already; the other languages are translated by `engine`. An outcome has the
    `bitext`, its `findings` and the source segments left `untranslated`. With `project`, a folder or a database, each
    is kept there as soon as it is done. Raises `InputError` for an unknown language or profile, and where the
    project holds another article; `ModelError` where an engine that was named cannot be used.
    """
    from align.store import Project

    source = article if isinstance(article, Document) else read(article)
    langs = tuple(map(_target, to))
    chosen = profile_of(profile or "international")
    plan = Plan(langs, dict.fromkeys(langs, engine), given, chosen, bool(profile), day)
    kept = Project.create(_place(project)) if project is not None else None
    return pipeline.work(source, plan, _tools(terms, encoder), kept)


def open_project(where: Path | str) -> Project:
    """The project in a folder or at a database's address: its bitexts, findings and reviews.

    Raises `InputError` where there is none.
    """
    from align.store import Project

    return Project.open(_place(where))


def export(
    project: Project, to: str, path: Path | str, *, langs: Sequence[str] = (), rejected: bool = False,
    text: bool = True, terms: Termbase | None = None,
) -> int:  # fmt: skip
    """Write a project in one of the formats of docs/formats.md and return the number of rows.

    The file is written whole or not at all. Raises `InputError` for an unknown format or language, and where
    something stands at `path` that is no earlier export of the kind.
    """
    from align.exports import EXPORTS, Options

    if to not in EXPORTS:
        raise InputError(f"there is no export {to!r}; the exports are {', '.join(EXPORTS)}")
    where = Path(path)
    written = (project.setting("exported") or "").split()
    known = not where.is_file() or _digest(where) in written
    if where.exists() and not (known and EXPORTS[to].replaceable(where)):
        raise InputError(
            f"{where}: exists, and is no export of this kind or was worked in since; choose another path"
        )
    rows = EXPORTS[to].write(project, where, Options(tuple(map(_target, langs)), rejected, text, terms))
    if where.is_file() and (digest := _digest(where)) not in written:
        project.set(exported=" ".join([*written, digest][-_REMEMBERED:]))
    return rows


def _digest(path: Path) -> str:
    """What a file holds; a project remembers what it wrote, so that nothing else is written over."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()[:16]


def take_back(project: Project, file: Path | str, *, reviewer: str = "") -> Report:
    """Append what another tool changed in an exported TMX, XLIFF, CSV or XLSX file as reviews.

    The report counts decisions `taken` and rows `unchanged`, and lists what was left `open`: what somebody else has
    reviewed since stays theirs. Raises `InputError` where the file is none of these, broken or hostile.
    """
    from align.imports import read as rows
    from align.imports import take

    return take(project, rows(Path(file)), reviewer)


def score_project(
    project: Project, *, reference: str = "", metrics: Sequence[str] = ("bleu", "chrf", "ter"), profile: str = "",
    day: date | None = None, terms: Termbase | None = None,
) -> list[VersionScores]:  # fmt: skip
    """The term measures of every translation of a project, and its scores.

    They are scored against the translation whose signature holds `reference`, else against what people have made
    of them. `profile` and `day` are the project's own unless given. Raises `InputError` where no translation has
    that signature.
    """
    from align.scores.project import project_scores
    from align.store import article_day

    house = profile_of(profile or project.setting("profile") or "international")
    when = day or article_day(project)
    return project_scores(project, terms or default(), house, day=when, metrics=metrics, reference=reference)


def _place(where: Path | str) -> Path | str:
    """A folder, or the address of a database."""
    return where if isinstance(where, str) and "://" in where else Path(where)


def _target(lang: str) -> str:
    if lang not in TARGETS:
        raise InputError(f"{lang!r}: Araxes translates into {', '.join(TARGETS)}; choose among them")
    return lang


def _grown(source: Document, terms: Termbase | None) -> Termbase:
    base = terms or default()
    return base.with_places(places(source, base))


def _encoder(encoder: str | Encoder) -> Encoder:
    return _loaded(encoder) if isinstance(encoder, str) else encoder


@cache
def _loaded(name: str) -> Encoder:
    """An encoder that keeps its vectors between runs, loaded once."""
    from platformdirs import user_cache_path

    from models import encoder
    from models.vectors import CachedEncoder

    return CachedEncoder(encoder(name), user_cache_path("araxes", appauthor=False) / "vectors.sqlite")


def _tools(terms: Termbase | None, encoder: str | Encoder = "e5") -> Tools:
    """What the pipeline works with: the user's own memory, an encoder, every engine."""
    from platformdirs import user_data_path

    from models.choose import choose
    from models.memory import Memory

    memory = Memory(user_data_path("araxes", appauthor=False) / "memory.sqlite")
    return Tools(terms or default(), memory, lambda: _encoder(encoder), choose)
