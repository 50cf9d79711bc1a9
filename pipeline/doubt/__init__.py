"""Forms read from pictures, weighed: every number held against its column, a second reader and the sums."""
