"""Docker Compose projects: configuration, containers, images, one-shot tasks, start, stop and build."""
