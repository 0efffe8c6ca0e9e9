"""The command line: a noun a module, nothing but questions and answers; the work is done below."""
