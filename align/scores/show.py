"""Scores for people: columns, Markdown and LaTeX from the same rows."""

from __future__ import annotations

from collections.abc import Sequence

from align.columns import table

FORMS = ("table", "markdown", "latex")
_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
)


def show(rows: Sequence[Sequence[str]], form: str, notes: Sequence[str] = ()) -> str:
    """Rows, the first of them the heading, in one of `FORMS`; `notes` (signatures) stand below."""
    if form == "markdown":
        return _markdown(rows, notes)
    return (
        _latex(rows, notes) if form == "latex" else "\n".join([table(rows), *([""] if notes else []), *notes])
    )


def _markdown(rows: Sequence[Sequence[str]], notes: Sequence[str]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"

    rule = "|" + "|".join(["---", *["---:"] * (len(rows[0]) - 1)]) + "|"
    below = ["", *(f"- `{note}`" for note in notes)] if notes else []
    return "\n".join([line(rows[0]), rule, *map(line, rows[1:]), *below])


def _latex(rows: Sequence[Sequence[str]], notes: Sequence[str]) -> str:
    def line(cells: Sequence[str]) -> str:
        return " & ".join(cell.translate(_LATEX).replace("±", r"$\pm$") for cell in cells) + r" \\"

    columns = "l" + "r" * (len(rows[0]) - 1)
    return "\n".join(
        [
            *(f"% {note}" for note in notes),
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            line(rows[0]),
            r"\midrule",
            *map(line, rows[1:]),
            r"\bottomrule",
            r"\end{tabular}",
        ]
    )
