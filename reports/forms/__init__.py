"""The forms that can be printed, each a module: what it shows as plain data, and its paper."""
