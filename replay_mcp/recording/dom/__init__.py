"""The document of one browser tab, kept up to date with the tab's snapshots and mutations."""
