"""Static files under names that change with their content, also inside ES modules."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class ModuleStorage(ManifestStaticFilesStorage):
    """Rewrites `import "./socket.js"` to the hashed name, so files can be cached."""

    support_js_module_import_aggregation = True
