"""The parts of the flow loader: from files to a model, one concern per module."""
