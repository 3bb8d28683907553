"""Static files as production serves them: named by their content, compressed, with their modules' imports kept true."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Without this an `import "./bind.js"` would ask for a name that is not there."""

    support_js_module_import_aggregation = True
