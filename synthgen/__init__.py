"""synthgen: training pictures of people whose spines are annotated vertebra by vertebra."""

__version__ = "0.1.0"
