"""Tables and text lines → the forms that they print, field by field, each with its district."""
