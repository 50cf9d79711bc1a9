"""What the sheets of a workbook show: cells as their formats show them, merged cells, pictures and text boxes."""
