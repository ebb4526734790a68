"""The one family of errors a person is meant to read."""

from __future__ import annotations


class AraxesError(Exception):
    """Something a user can mend; the message is one sentence that says what, where and the mend."""

    exit_status = 2


class InputError(AraxesError):
    """Bad input or usage: a file, an option, a termbase."""


class ModelError(AraxesError):
    """A model that cannot be had, loaded or used."""


class MissingExtraError(AraxesError):
    """An optional dependency is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed; install it with: pip install 'araxes[{extra}]'")
