"""One module per engine that is compared with."""
