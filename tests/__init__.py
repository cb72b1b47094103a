"""The tests of Dailies."""
