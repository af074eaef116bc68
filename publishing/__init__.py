"""What everybody may see: the pool's figures, its published projects, their evidence, feed and map."""
