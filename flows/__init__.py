"""The outermost room: settings, stages, Prefect flows and the command line."""
