"""Everything that anybody can reach is read, and says no more than the stored figures."""
