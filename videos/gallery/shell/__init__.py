"""What pages are built with: htmx answers, errors, dates, icons, health checks."""
