"""Static files as production serves them: named by their content, compressed, with their modules' imports kept true."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rcssmin import cssmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = "css/"
IMPORT = re.compile(r'^@import "(?P<path>[^"]+)";$', re.MULTILINE)
ADDRESS = re.compile(r'url\("(?P<path>[^"]+)"\)')


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Without the names of imports an `import "./bind.js"` would ask for what is not there.

    Our sheets travel without their comments, and those that every page wears as one.
    """

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002 (collectstatic's own words)
        sheets = [] if dry_run else [name for name in paths if name.startswith(OURS) and name.endswith(".css")]
        worn = {name: whole(Path(self.path(name))) for name in sheets}
        for name, text in worn.items():
            Path(self.path(name)).write_text(cssmin(text))
        yield from super().post_process({**paths, **{name: (self, name) for name in sheets}}, dry_run, **options)


def whole(sheet: Path) -> str:
    """The text of a sheet with what it imports in the imports' place, and addresses as they are from there."""

    def imported(found: re.Match[str]) -> str:
        folder, _ = posixpath.split(found["path"])
        return ADDRESS.sub(
            lambda at: f'url("{posixpath.join(folder, at["path"])}")', whole(sheet.parent / found["path"])
        )

    return IMPORT.sub(imported, sheet.read_text())
