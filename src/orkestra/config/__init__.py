"""Settings: where they come from, and which place may set which."""

from orkestra.config.settings import Settings, load_settings

SystemConfig = Settings
"""The name under which users were promised the settings."""

__all__ = ["Settings", "SystemConfig", "load_settings"]
