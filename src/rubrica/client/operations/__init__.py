"""What the client can do, a room for each subject; :class:`~rubrica.client.Rubrica` is all of them."""
