"""The JSON protocol and the raw relay with the clients of Python's websockets, both the one of threads and that of asyncio.

    python3 src/test/python/test_protocol.py

It starts target/fanfare.jar, and stops it again.
"""

import asyncio
import json
import unittest
import uuid

import websockets.asyncio.client
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.sync.client import connect

import instance
from instance import PATIENCE

url = None


def setUpModule():
    global url
    url = instance.start('channels: [{match: "kept:*", history-size: 100, presence: true}]\nsession: {ping-interval: 1s, pong-timeout: 20s}\n')


def client(path="/ws"):
    return connect(url + path, proxy=None, open_timeout=PATIENCE, close_timeout=PATIENCE)


def fresh(kind):
    return f"{kind}:{uuid.uuid4().hex}"


def receive(socket):
    return json.loads(socket.recv(timeout=PATIENCE))


def ask(socket, **command):
    """The answer to a command; nothing else may come before it."""
    socket.send(json.dumps({**command, "id": 1}))
    answer = receive(socket)
    assert answer.pop("id", None) == 1, answer
    return answer


class JsonProtocolTest(unittest.TestCase):
    def test_what_is_published_comes_to_all_who_have_subscribed(self):
        channel = fresh("live")
        with client() as one, client() as two:
            for socket in (one, two):
                self.assertEqual(ask(socket, type="subscribe", channel=channel)["type"], "subscribed")
            for data in ("größer \U0001f600", {"n": [1, 2.5, None]}, 0, ""):
                one.send(json.dumps({"type": "publish", "channel": channel, "data": data}))
                for socket in (one, two):
                    event = receive(socket)
                    self.assertEqual((event["type"], event["channel"], event["data"]), ("event", channel, data))
            self.assertEqual(ask(two, type="unsubscribe", channel=channel)["type"], "unsubscribed")
            one.send(json.dumps({"type": "publish", "channel": channel, "data": 1}))
            self.assertEqual(receive(one)["data"], 1)
            self.assertEqual(ask(two, type="ping")["type"], "pong")

    def test_who_comes_back_gets_what_it_missed(self):
        channel = fresh("kept")
        with client() as publisher:
            with client() as socket:
                position = ask(socket, type="subscribe", channel=channel)
            for data in range(1, 6):
                published = ask(publisher, type="publish", channel=channel, data=data, key=f"k{data}")
                self.assertEqual(published["offset"], data)
            again = ask(publisher, type="publish", channel=channel, data=5, key="k5")
            self.assertEqual((again["epoch"], again["offset"]), (published["epoch"], 5))
            with client() as socket:
                recover = {"epoch": position["epoch"], "offset": position["offset"]}
                back = ask(socket, type="subscribe", channel=channel, recover=recover)
                self.assertTrue(back["recovered"])
                self.assertEqual([message["data"] for message in back["messages"]], [1, 2, 3, 4, 5])
                ask(publisher, type="publish", channel=channel, data=6)
                event = receive(socket)
                self.assertEqual((event["data"], event["offset"]), (6, 6))
                lost = ask(socket, type="subscribe", channel=fresh("kept"), recover=recover)
                self.assertFalse(lost["recovered"])
            page = ask(publisher, type="history", channel=channel, since=recover, limit=2)
            self.assertEqual([message["data"] for message in page["messages"]], [1, 2])

    def test_who_is_there_is_told(self):
        channel = fresh("kept")
        with client() as socket:
            ask(socket, type="subscribe", channel=channel)
            [member] = ask(socket, type="presence", channel=channel)["data"]
            self.assertEqual(member["session"], socket.response.headers["Fanfare-Session"])

    def test_errors_end_the_command_and_not_the_connection(self):
        with client() as socket:
            for code, text in [
                ("bad_request", "nonsense"),
                ("unknown_type", '{"type":"dance"}'),
                ("invalid_channel", '{"type":"subscribe","channel":"a b"}'),
            ]:
                with self.subTest(code):
                    socket.send(text)
                    error = receive(socket)
                    self.assertEqual((error["type"], error["code"]), ("error", code))
            self.assertEqual(ask(socket, type="ping")["type"], "pong")

    def test_fragments_and_pings(self):
        with client() as socket:
            pongs = []

            def command():
                yield '{"type":"pi'
                pongs.append(socket.ping(b"between"))
                yield 'ng"}'

            socket.send(command())
            self.assertEqual(receive(socket)["type"], "pong")
            self.assertTrue(pongs[0].wait(PATIENCE))


class RawRelayTest(unittest.TestCase):
    def test_texts_and_bytes_come_as_they_are(self):
        path = "/raw/" + fresh("live")
        with client(path) as one, client(path) as two:
            for message in ("größer \U0001f600", b"\x00\xff", "", b"", "x" * 60_000):
                one.send(message)
                for socket in (one, two):
                    self.assertEqual(socket.recv(timeout=PATIENCE), message)

    def test_the_relay_of_all_is_on_the_root(self):
        with client("/") as socket:
            socket.send("hello")
            self.assertEqual(socket.recv(timeout=PATIENCE), "hello")


class ClosingTest(unittest.TestCase):
    def closed_by(self, message, path="/ws"):
        with client(path) as socket:
            socket.send(message)
            with self.assertRaises(ConnectionClosedError) as closed:
                socket.recv(timeout=PATIENCE)
            return closed.exception.rcvd

    def test_the_codes_of_the_server(self):
        self.assertEqual(self.closed_by(b"binary").code, 1003)
        self.assertEqual(self.closed_by("x" * 70_000).code, 1009)
        self.assertEqual(self.closed_by(bytes(70_000), "/").code, 1009)

    def test_the_code_of_the_client_comes_back(self):
        for code in (1000, 1001, 4321):
            with self.subTest(code), client() as socket:
                socket.close(code, "bye")
                closed = ConnectionClosedOK if code < 1002 else ConnectionClosedError
                with self.assertRaises(closed) as end:
                    socket.recv()
                self.assertEqual(end.exception.rcvd.code, code)

    def test_a_refusal_has_its_status(self):
        with self.assertRaises(InvalidStatus) as refused:
            client("/nowhere")
        self.assertEqual(refused.exception.response.status_code, 404)


class AsyncioTest(unittest.IsolatedAsyncioTestCase):
    async def test_many_in_one_loop(self):
        channel = fresh("kept")

        async def listen(ready):
            async with websockets.asyncio.client.connect(url + "/ws", proxy=None) as socket:
                await socket.send(json.dumps({"type": "subscribe", "channel": channel, "id": 1}))
                self.assertEqual(json.loads(await socket.recv())["type"], "subscribed")
                ready.set_result(None)
                return [json.loads(await socket.recv())["offset"] for _ in range(20)]

        async def publish():
            async with websockets.asyncio.client.connect(url + "/ws", proxy=None) as socket:
                for data in range(20):
                    await socket.send(json.dumps({"type": "publish", "channel": channel, "data": data}))

        loop = asyncio.get_running_loop()
        ready = [loop.create_future() for _ in range(50)]
        listening = asyncio.gather(*(listen(each) for each in ready))
        await asyncio.wait_for(asyncio.gather(*ready), PATIENCE)
        await asyncio.wait_for(publish(), PATIENCE)
        for offsets in await asyncio.wait_for(listening, PATIENCE):
            self.assertEqual(offsets, list(range(1, 21)))


if __name__ == "__main__":
    unittest.main()
