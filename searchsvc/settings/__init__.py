"""Typed settings: `sections` are what there is to choose, `loading` finds out what was chosen."""

from __future__ import annotations

from searchsvc.settings.loading import (
    CONFIG_ENV,
    CONFIG_FILE,
    ENV_PREFIX,
    KEY_ENV,
    KEY_FILE_ENV,
    TEST_PREFIX,
    URL_ENV,
    find_config,
    load_settings,
    setting_keys,
)
from searchsvc.settings.sections import (
    ApiSettings,
    ColumnSettings,
    CorpusSettings,
    GateSettings,
    IndexSettings,
    OpenSearchSettings,
    SearchSettings,
    ServerSettings,
    Settings,
    WatchSettings,
)

__all__ = [
    "CONFIG_ENV",
    "CONFIG_FILE",
    "ENV_PREFIX",
    "KEY_ENV",
    "KEY_FILE_ENV",
    "TEST_PREFIX",
    "URL_ENV",
    "ApiSettings",
    "ColumnSettings",
    "CorpusSettings",
    "GateSettings",
    "IndexSettings",
    "OpenSearchSettings",
    "SearchSettings",
    "ServerSettings",
    "Settings",
    "WatchSettings",
    "find_config",
    "load_settings",
    "setting_keys",
]
