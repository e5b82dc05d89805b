"""What is asked and answered, made from the schemas of the server by `tests.regenerate_client`."""
