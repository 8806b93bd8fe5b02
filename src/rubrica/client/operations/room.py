"""What every room of the client has."""

from rubrica.client.connection import Connection


class Room:
    """Methods that are called as the operations of the API are."""

    _connection: Connection
