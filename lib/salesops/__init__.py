"""Sales operations in notebooks: find where the business can grow and put the resources there."""

__version__ = "0.1.0"
