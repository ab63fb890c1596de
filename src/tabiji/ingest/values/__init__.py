"""Values of files: what type a column has, and how a value becomes a canonical one."""
