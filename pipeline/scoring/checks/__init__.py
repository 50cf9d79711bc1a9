"""The checks that findings come from, one module for each kind of thing that is checked."""
