"""A folder for `datasets.load_dataset` and the Hugging Face hub: four tables as Parquet, and a card.

Articles are split by their ids, so that no article is in two splits and a rerun never moves one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.exports.base import Export, Options, whole
from align.exports.card import card
from align.exports.kinds import CONFIGS, features
from align.exports.table import dataset, rows
from align.rows import finding_row
from align.terms import Termbase
from align.types import Bitext, Finding
from models.errors import InputError, ModelError

if TYPE_CHECKING:
    from align.store import Project

Tables = dict[str, list[dict[str, Any]]]
SPLITS = ("train", "validation", "test")
_OF_BATCHES = ("articles", "measures")  # what a batch's folder has besides `CONFIGS`
_FEW = 10  # articles; fewer are not worth splitting


def split_of(article: str, articles: int) -> str:
    """The split an article is in: 8 in 10 to train, 1 to validation, 1 to test; all to train where there are few."""
    if articles < _FEW or not article:
        return "train"
    return {8: "validation", 9: "test"}.get(int(article, 16) % 10, "train")


def tables(project: Project, options: Options) -> Tables:
    """The rows of each configuration, every one with the `article` it belongs to (the termbase has none)."""
    held = [b for b in project.bitexts() if not options.langs or b.lang in options.langs]
    bitext = rows(project, options)
    findings: list[dict[str, Any]] = []
    owner: dict[str, str] = {}
    for one in held:
        owner.update((one.bead_id(i), one.source.id) for i in range(len(one.beads)))
        for finding in project.findings(one.translation.id):
            owner[finding.id] = one.source.id
            findings.append(finding_in(one, finding, text=options.text))
    reviews = [
        {
            "article": owner[r.subject], "subject": r.subject, "revision": r.revision, "decision": r.decision,
            "reviewer": r.reviewer, "at": r.at, "text": r.text if options.text else "", "note": r.note,
        }
        for r in project.reviews() if r.subject in owner
    ]  # fmt: skip
    return {
        "bitext": bitext,
        "findings": findings,
        "reviews": reviews,
        "termbase": term_rows(options.termbase),
    }


def finding_in(bitext: Bitext, finding: Finding, *, text: bool) -> dict[str, Any]:
    """The row of a finding in a bitext; without `text`, ids, offsets and judgements only."""
    row = {**finding_row(finding), "article": bitext.source.id, "bead": bitext.bead_id(finding.bead)}
    row["signature"] = bitext.translation.signature
    if text:
        return row
    spans = {side: [{**span, "text": ""} for span in row[side]] for side in ("source", "target")}
    return {**row, **spans, "found": "", "message": ""}


def term_rows(termbase: Termbase) -> list[dict[str, Any]]:
    """One row a form of every concept."""
    return [
        {
            "concept": concept.id, "kind": concept.kind, "feature": concept.feature, "scale": concept.scale,
            "stance": concept.stance,
            "geonames": concept.geonames, "lang": form.lang, "text": form.text, "sides": list(form.sides),
            "from": form.since.isoformat() if form.since else "", "to": form.until.isoformat() if form.until else "",
            "load": form.load, "pos": form.pos, "note": form.note or concept.note,
            "sources": [form.source] if form.source else list(concept.sources),
        }
        for concept in termbase for form in concept.forms
    ]  # fmt: skip


class Hub(Export):
    """The folder; also what `--push` uploads."""

    id = "hub"
    title = "Hugging Face hub folder with a card"
    suffix = "hub"

    def write(self, project: Project, path: Path, options: Options = Options()) -> int:  # noqa: B008
        """Write the folder."""
        found = tables(project, options)
        articles = {row["article"] for row in found["bitext"]}
        files: dict[str, list[dict[str, Any]]] = {}
        with whole(path, folder=True) as partial:
            for config in CONFIGS:  # one without rows is left out: `load_dataset` cannot read it
                for split in SPLITS if found[config] else ():
                    part = [
                        r for r in found[config] if split_of(r.get("article", ""), len(articles)) == split
                    ]
                    if part:
                        (partial / config).mkdir(exist_ok=True)
                        held = dataset(part, features(config))
                        held.to_parquet(str(partial / config / f"{split}-00000-of-00001.parquet"))
                        size = {"name": split, "num_bytes": held.data.nbytes, "num_examples": len(part)}
                        files.setdefault(config, []).append(size)
            kinds = {config: features(config)._to_yaml_list() for config in files}
            (partial / "README.md").write_text(card(found, files, kinds, options), encoding="utf-8")
        return len(found["bitext"])


def problems(folder: Path) -> list[str]:
    """What the card says that the files do not, checked without a network; empty where they agree."""
    from datasets import Features
    from huggingface_hub import DatasetCard
    from pyarrow import parquet

    data = DatasetCard.load(folder / "README.md").data.to_dict()
    found = []
    listed = set()
    info = {one["config_name"]: one for one in data.get("dataset_info", [])}
    promised = {
        name: Features._from_yaml_list(one["features"]).arrow_schema.remove_metadata()
        for name, one in info.items()
    }
    for config in data.get("configs", []):
        name = config["config_name"]
        wanted = {s["name"]: s["num_examples"] for s in info.get(name, {}).get("splits", [])}
        for entry in config["data_files"]:
            files = sorted(folder.glob(entry["path"]))
            listed |= set(files)
            count = sum(parquet.read_metadata(file).num_rows for file in files)
            if not files:
                found.append(f"{name}: no file is {entry['path']}")
            elif wanted.get(entry["split"]) != count:
                found.append(
                    f"{name}, {entry['split']}: {count} rows, the card says {wanted.get(entry['split'])}"
                )
            for file in files:
                if parquet.read_schema(file).remove_metadata() != promised.get(name):
                    found.append(f"{name}: {file.name} has other columns than the card")
    found += [
        f"{file.relative_to(folder)}: not in the card"
        for file in sorted(folder.rglob("*.parquet"))
        if file not in listed
    ]
    return found


def upload(folder: Path, repository: str) -> str:
    """Upload a folder as a private dataset and return its address. Raises `InputError` or `ModelError`."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError

    if wrong := problems(folder):
        raise InputError(f"{folder}: the card and the files disagree ({wrong[0]}); export it again")
    try:
        api = HfApi()
        api.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
        return str(
            api.upload_folder(
                repo_id=repository,
                folder_path=folder,
                repo_type="dataset",
                ignore_patterns=[".araxes", ".araxes/*"],
                # What an earlier upload had more of would be read with it.
                delete_patterns=[f"{config}/*.parquet" for config in (*CONFIGS, *_OF_BATCHES)],
            )
        )
    except HFValidationError as error:
        raise InputError(f"--push {repository}: not a repository's name; write OWNER/NAME") from error
    except Exception as error:  # of the network, or the hub's refusal
        reason = str(error) or type(error).__name__
        if isinstance(error, ValueError) and "README.md" in reason:
            reason = " ".join(reason.split())
            raise ModelError(f"--push {repository}: the hub refuses the card ({reason})") from error
        raise ModelError(
            f"--push {repository}: not uploaded ({reason.splitlines()[0]}); log in with: hf auth login"
        ) from error
