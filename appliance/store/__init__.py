"""Rows that must survive: one file, one writer; others read."""
