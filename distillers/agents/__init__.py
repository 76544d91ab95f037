"""Agents that distil: programs and models on the host that are shown a digest and propose; each behind one seam."""
