"""Reports that a person has read, and the test that they are still the same."""
