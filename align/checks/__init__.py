"""Every check, in the order of its findings. To add one: write a file, name its class here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from align.checks.attribution import AttributionLost
from align.checks.base import Check, View
from align.checks.hedge import HedgeLost
from align.checks.loaded_term import LoadedTerm
from align.checks.machine import MachineOutput
from align.checks.name_left import NameLeft
from align.checks.name_missing import NameMissing
from align.checks.name_mixed import NameMixed
from align.checks.name_side import NameSide
from align.checks.number import NumberChanged
from align.checks.omission import Omission
from align.checks.quotation import QuotationLost
from align.checks.script import Script
from align.gazetteer import places
from align.types import SEVERITIES, Finding, Severity

__all__ = ["CHECKS", "Check", "View", "at_least", "run"]

CHECKS: tuple[Check, ...] = (
    NameSide(),
    NameLeft(),
    NameMissing(),
    NameMixed(),
    LoadedTerm(),
    HedgeLost(),
    QuotationLost(),
    AttributionLost(),
    NumberChanged(),
    Omission(),
    Script(),
    MachineOutput(),
)


def run(view: View, checks: Iterable[Check] = CHECKS) -> tuple[Finding, ...]:
    """The findings of every check on one bitext: by bead, then the gravest first."""
    extra = places(view.bitext.source, view.termbase)
    view = replace(view, termbase=view.termbase.with_places(extra))
    found = [finding for check in checks for finding in check.check(view)]
    return tuple(sorted(found, key=lambda f: (f.bead, -SEVERITIES.index(f.severity))))


def at_least(findings: Iterable[Finding], severity: Severity) -> tuple[Finding, ...]:
    """The findings of at least this severity."""
    floor = SEVERITIES.index(severity)
    return tuple(f for f in findings if SEVERITIES.index(f.severity) >= floor)
