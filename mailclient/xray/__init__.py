"""Explanation: values in, findings and sentences out. Pure; what it needs of a glossary or of DNS is handed in."""
