"""The parts of bench/speed."""
