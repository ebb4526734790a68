"""Who may come in and what they may do: a file of names, roles and hashed passwords."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import InputError

ROLES = ("reader", "translator", "reviewer", "approver")
# the least role for each operation of the desk; what is not named here nobody may do
NEEDS: Mapping[str, str] = {
    "open": "reader",
    "rows": "reader",
    "history": "reader",
    "concept": "reader",
    "changes": "reader",
    "overview": "reader",
    "export": "reader",
    "comment": "translator",
    "edit": "translator",
    "undo": "translator",
    "annotate": "translator",
    "reset": "translator",
    "dismiss": "reviewer",
    "confirm": "reviewer",
    "accept": "reviewer",
    "reject": "reviewer",
    "both": "reviewer",
    "together": "reviewer",
    "undo_together": "reviewer",
    "settle": "approver",
    "approve": "approver",
    "setting": "approver",
    "start": "approver",
    "progress": "approver",
}
_COST = {"n": 2**14, "r": 8, "p": 1}
_LONGEST = 64  # characters of a name


@dataclass(frozen=True, slots=True)
class User:
    """A person at the desk."""

    name: str
    role: str

    def may(self, operation: str) -> bool:
        """Whether the person's role allows an operation."""
        need = NEEDS.get(operation)
        return need is not None and self.role in ROLES and ROLES.index(self.role) >= ROLES.index(need)


@dataclass(frozen=True)
class Users:
    """The people of a file, one a line: `name:role:salt:hash` (scrypt, hexadecimal)."""

    people: Mapping[str, tuple[str, bytes, bytes]]

    def get(self, name: str | None) -> User | None:
        """The person of a name, if the file has one."""
        return User(name, self.people[name][0]) if name is not None and name in self.people else None

    def knows(self, name: str, password: str) -> bool:
        """Whether the password is this person's; takes as long for a name that nobody has."""
        _, salt, digest = self.people.get(name, ("", b"\0" * 16, b""))
        return hmac.compare_digest(_hash(password, salt), digest)


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_COST)


def line(name: str, role: str, password: str) -> str:
    """A line of a users file. Raises `InputError` for a name or role it cannot hold."""
    if not name or len(name) > _LONGEST or ":" in name or not name.isprintable() or name != name.strip():
        raise InputError(
            f"{name!r}: a name has 1 to {_LONGEST} printable characters and no colon; choose another"
        )
    if role not in ROLES:
        raise InputError(f"{name}={role}: the roles are {', '.join(ROLES)}; choose one of them")
    if not password:
        raise InputError(f"{name}: the password is empty; choose one")
    salt = secrets.token_bytes(16)
    return f"{name}:{role}:{salt.hex()}:{_hash(password, salt).hex()}\n"


def add(path: Path, name: str, role: str, password: str) -> None:
    """Put a person into a users file, in place of an older line with the same name."""
    new = line(name, role, password)
    old = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    kept = [each for each in old if each.partition(":")[0] != name]
    try:
        path.touch(mode=0o600)
        path.write_text("".join([*kept, new]), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another file") from error


def read(path: Path) -> Users:
    """The people of a file. Raises `InputError` naming the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read as a users file ({error}); make one with --add-user"
        ) from error
    people: dict[str, tuple[str, bytes, bytes]] = {}
    for number, text in enumerate(lines, start=1):
        if not text.strip() or text.startswith("#"):
            continue
        parts = text.split(":")
        try:
            name, role, salt, digest = parts
            people[name] = (role, bytes.fromhex(salt), bytes.fromhex(digest))
        except ValueError:
            raise InputError(
                f"{path}:{number}: not name:role:salt:hash; write the line with --add-user"
            ) from None
        if role not in ROLES:
            raise InputError(f"{path}:{number}: unknown role {role!r}; the roles are {', '.join(ROLES)}")
    if not people:
        raise InputError(f"{path}: nobody is in it; add someone with --add-user NAME=ROLE")
    return Users(people)
