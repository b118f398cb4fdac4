"""The statistics proved by simulation: seeded, slow, and judged by what the product would print."""
