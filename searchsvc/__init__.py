"""Full-text and who-said-what search over news archives."""

from searchsvc.instructions import leave_slow_instructions

leave_slow_instructions()
