"""What is in the database? Django's admin for support: it shows rows and changes nothing."""
