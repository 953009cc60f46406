"""The register of codes, in parts: what each code means and what to do about it."""
