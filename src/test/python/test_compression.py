"""permessage-deflate with the client of Python's websockets, in the offers that it can make.

    python3 src/test/python/test_compression.py

It starts target/fanfare.jar, and stops it again.
"""

import json
import random
import unittest
import uuid

from websockets.exceptions import ConnectionClosedError
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.sync.client import connect

import instance
from instance import PATIENCE

TEXT = "the quick brown fox, größer als je, \U0001f600 " * 1200
MESSAGES = [
    "",
    "a",
    "Hello",
    TEXT[:500],
    TEXT,
    b"",
    bytes(65536),
    random.Random(1).randbytes(10),
    random.Random(2).randbytes(1000),
    random.Random(3).randbytes(65536),
]

url = None


def setUpModule():
    global url
    url = instance.start()


def client(factories, path=None):
    """A client with these offers (None: none), on a channel of its own unless a path names another."""
    return connect(
        url + (path or f"/raw/py-{uuid.uuid4().hex}"),
        compression=None,
        extensions=factories,
        proxy=None,
        open_timeout=PATIENCE,
        close_timeout=PATIENCE,
    )


def names(socket):
    return [extension.name for extension in socket.protocol.extensions]


class CompressionTest(unittest.TestCase):
    def assert_echoes(self, socket, messages=MESSAGES):
        for message in messages:
            socket.send(message)
            self.assertEqual(socket.recv(timeout=PATIENCE), message)

    def test_offers_that_are_accepted(self):
        for offer in [
            {},
            {"client_max_window_bits": True},
            {"client_max_window_bits": 9},
            {"client_max_window_bits": 12},
            {"client_max_window_bits": 15},
            {"client_max_window_bits": None},
            {"server_no_context_takeover": True},
            {"client_no_context_takeover": True},
            {"server_no_context_takeover": True, "client_no_context_takeover": True},
            {"server_max_window_bits": 15},
            {"server_max_window_bits": 15, "client_max_window_bits": 10, "client_no_context_takeover": True},
        ]:
            with self.subTest(offer), client([ClientPerMessageDeflateFactory(**offer)]) as socket:
                self.assertEqual(names(socket), ["permessage-deflate"])
                self.assert_echoes(socket, MESSAGES + MESSAGES)

    def test_offers_that_are_declined(self):
        for bits in range(8, 15):
            with self.subTest(bits), client([ClientPerMessageDeflateFactory(server_max_window_bits=bits)]) as socket:
                self.assertEqual(names(socket), [])
                self.assert_echoes(socket)

    def test_the_first_acceptable_of_several_offers_is_accepted(self):
        offers = [
            ClientPerMessageDeflateFactory(server_max_window_bits=10),
            ClientPerMessageDeflateFactory(client_max_window_bits=True),
        ]
        with client(offers) as socket:
            self.assertEqual(names(socket), ["permessage-deflate"])
            self.assertNotIn("bits", socket.response.headers["Sec-WebSocket-Extensions"])
            self.assert_echoes(socket)

    def test_the_server_keeps_no_context_and_lets_no_client_keep_one(self):
        with client([ClientPerMessageDeflateFactory()]) as socket:
            [extension] = socket.protocol.extensions
            self.assertTrue(extension.remote_no_context_takeover)
            self.assertTrue(extension.local_no_context_takeover)

    def test_any_setting_of_the_compressor(self):
        for settings in [{"level": level} for level in (0, 1, 9)] + [{"memLevel": level} for level in (1, 5, 9)]:
            factory = ClientPerMessageDeflateFactory(compress_settings=settings)
            with self.subTest(settings), client([factory]) as socket:
                self.assert_echoes(socket)

    def test_fragments_with_pings_in_between(self):
        with client([ClientPerMessageDeflateFactory()]) as socket:
            pieces = ["", "Hel", "lo, ", "", TEXT[:3000], TEXT[:3000], ""]
            pongs = []

            def sent():
                for piece in pieces:
                    yield piece
                    pongs.append(socket.ping())

            socket.send(sent())
            self.assertEqual(socket.recv(timeout=PATIENCE), "".join(pieces))
            for pong in pongs:
                self.assertTrue(pong.wait(PATIENCE))

    def test_compressed_and_plain_clients_of_one_channel_get_the_same(self):
        path = f"/raw/py-{uuid.uuid4().hex}"
        with client([ClientPerMessageDeflateFactory()], path) as zipped, client(None, path) as plain:
            for sender in (zipped, plain):
                for message in MESSAGES:
                    sender.send(message)
                    self.assertEqual(zipped.recv(timeout=PATIENCE), message)
                    self.assertEqual(plain.recv(timeout=PATIENCE), message)

    def test_json_commands_and_events_may_be_compressed(self):
        channel = f"py-{uuid.uuid4().hex}"
        with client([ClientPerMessageDeflateFactory()], "/ws") as socket:
            socket.send(json.dumps({"type": "subscribe", "channel": channel, "id": 1}))
            self.assertEqual(json.loads(socket.recv(timeout=PATIENCE))["type"], "subscribed")
            for data in [TEXT[:20000], {"list": list(range(2000))}, "", 0]:
                socket.send(json.dumps({"type": "publish", "channel": channel, "data": data}))
                event = json.loads(socket.recv(timeout=PATIENCE))
                self.assertEqual((event["type"], event["data"]), ("event", data))

    def test_a_message_that_is_too_big_once_it_is_inflated_is_closed_with_1009(self):
        with client([ClientPerMessageDeflateFactory()]) as socket:
            socket.send(bytes(65537))
            with self.assertRaises(ConnectionClosedError) as closed:
                socket.recv(timeout=PATIENCE)
            self.assertEqual(closed.exception.rcvd.code, 1009)


if __name__ == "__main__":
    unittest.main()
