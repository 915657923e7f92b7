"""The panel of receivers against the real ones."""
