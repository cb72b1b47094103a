"""What can agents do? Tools over the Model Context Protocol, behind the same gate as scripts."""
