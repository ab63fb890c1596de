"""From rows of files to rows of the lake."""
