"""Kills, power cuts, full disks and long hours: whatever happens, the published index answers."""
