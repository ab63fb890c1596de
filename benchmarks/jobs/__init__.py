"""Work that runs in a process of its own, so that its memory can be watched."""
