"""Readers: each turns the files of one format into events that say who said what, and where it stands."""

from distillers.sources.base import BadLine, Head, Reader, Skip, SourceFile, Unreadable
from distillers.sources.registry import READERS, recognise, recognise_file

__all__ = ["READERS", "BadLine", "Head", "Reader", "Skip", "SourceFile", "Unreadable", "recognise", "recognise_file"]
