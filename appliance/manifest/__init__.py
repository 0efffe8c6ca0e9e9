"""Event manifests and packing lists: text in, values out, or a sentence that names line, key and remedy."""
