"""What Google Cloud resources cost. Each module registers estimators when it is imported."""
