"""What Azure resources cost. Each module registers estimators when it is imported."""
