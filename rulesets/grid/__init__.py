"""A component's items as rows with their tiers as cells: what the page shows, what it sends back, what is saved."""
