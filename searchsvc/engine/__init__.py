"""Search engines behind one seam, `engine.contract`."""
