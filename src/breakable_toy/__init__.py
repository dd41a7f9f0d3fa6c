"""What the host needs before and beside the box. Standard library only: it runs before anything is installed."""
