"""How dates are read and written, where Django's own way for the language won't do."""
