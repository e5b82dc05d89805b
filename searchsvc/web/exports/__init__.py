"""Whole searches taken out: rows, tables, references, and how they are sent."""
