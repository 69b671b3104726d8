"""`python -m rebond_protocol.generate [--check]`: writes everything that is made from the protocol's types.

The only module of this package that touches files; what goes into them is made by the pure functions in `generation`.
With `--check` nothing is written: the command names the files that are stale, and ends with 1 if there are any.
It works in a copy of the sources, where `protocol/` and `docs/` stand side by side.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rebond_protocol.generation import asyncapi, json_schema, openapi, pages, tables, typescript
from rebond_protocol.generation.model import contract
from rebond_protocol.generation.vectors import Vector, vectors_from

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "protocol" / "vectors"


def vectors(folder: Path = VECTORS) -> tuple[Vector, ...]:
    """The golden frames, in the order of their files' names."""
    files = sorted(folder.glob("*.json"))
    return tuple(vector for file in files for vector in vectors_from(json.loads(file.read_text(encoding="utf-8"))))


def generated() -> dict[Path, str]:
    """Every generated file, by its path under the root, as it should be now."""
    whole = contract()
    examples = vectors()
    return {
        Path("protocol/generated/schema.json"): json_schema.schema(whole),
        Path("protocol/generated/asyncapi.json"): asyncapi.document(whole, examples),
        Path("protocol/generated/openapi.json"): openapi.document(whole),
        Path("protocol/generated/types.d.ts"): typescript.types(whole),
        Path("protocol/generated/tables.js"): tables.tables(whole),
        Path("protocol/generated/limits.js"): tables.limits_module(),
        Path("docs/protocol.md"): pages.protocol(whole, examples),
    }


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command, for the files under `root`; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m rebond_protocol.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a file is stale")
    options = parser.parse_args(arguments)
    if not VECTORS.is_dir():
        parser.error(f"this works in a copy of the sources; {VECTORS} is not there")
    texts = generated()
    late = [path for path, text in texts.items() if _read(root / path) != text]
    if options.check:
        for path in late:
            print(f"{path} is stale: run `python -m rebond_protocol.generate`", file=sys.stderr)  # noqa: T201
        return 1 if late else 0
    for path in late:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(texts[path], encoding="utf-8", newline="\n")
        print(path)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
