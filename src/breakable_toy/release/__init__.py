"""The image that is deployed: its inventory, what is known against it, and how it is published."""
