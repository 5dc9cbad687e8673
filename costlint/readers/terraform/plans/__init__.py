"""`terraform show -json`: planned values as a stack, with the lines they were written on."""
