"""Servers that agents reach: they read, and nothing behind them can write a page or publish."""
