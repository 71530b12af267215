"""What is to be done: working time, forms, notices, cases."""
