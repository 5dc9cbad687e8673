"""What a model server needs and what would do: memory, throughput, unit cost, cheaper accelerators that hold it."""
