"""A body to words, marks, quotations and sentences that are not cut inside one."""
