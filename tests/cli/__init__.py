"""Tests of the terminal, and of the server for agents that has its commands."""
