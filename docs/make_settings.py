"""Print docs/settings.md: ``python docs/make_settings.py > docs/settings.md`` (``make docs``)."""

from kanmon.declared_settings import all_settings


def reference() -> str:
    """Return the page: every setting with kind, default, environment variable and meaning."""
    lines = [
        "# Settings",
        "",
        "`kanmon init` writes these, commented, into `kanmon.toml`. The environment wins over the",
        "file. Written by `make docs`; a test keeps it true.",
        "",
    ]
    for setting in all_settings():
        default = '""' if setting.default == "" else repr(setting.default)
        lines += [f"## {setting.key}", "", setting.help_ja, ""]
        lines += [f"- kind: `{setting.kind}`", f"- default: `{default}`"]
        if setting.kind != "table":
            lines.append(f"- environment: `{setting.variable}`")
        if setting.example:
            lines += ["", "```toml", setting.example, "```"]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(reference(), end="")
