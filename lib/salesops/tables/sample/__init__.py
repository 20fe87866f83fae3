"""The sample company: an invented seller of hospital equipment, drawn from one causal model whose truth is known."""

from salesops.tables.sample.generate import Sample, generate
from salesops.tables.sample.write import write_sample

__all__ = ["Sample", "generate", "write_sample"]
