"""The straight lines of a sheet, from traced pixels to rulings that end at each other."""
