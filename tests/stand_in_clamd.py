"""`python tests/stand_in_clamd.py FOLDER`: speaks clamd's INSTREAM on unix sockets in a folder, one for each temper.

It knows the test virus only. `port` in the folder says where the well-behaved one listens on the loopback as well.
"""

import socketserver
import sys
import threading
import time
from pathlib import Path

VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class Honest(socketserver.StreamRequestHandler):
    def handle(self):
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.answer(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := int.from_bytes(self.rfile.read(4)):
            content += self.rfile.read(size)
        self.answer(self.says(content))

    def says(self, content: bytes) -> bytes:
        return b"stream: Eicar-Test-Signature FOUND\0" if VIRUS in content else b"stream: OK\0"

    def answer(self, words: bytes):
        self.wfile.write(words)


class Garbage(Honest):
    def says(self, content):
        return bytes(range(128, 256)) * 40


class AlmostOk(Honest):
    def says(self, content):
        return b"stream: OK but FOUND nothing\0"


class TooLarge(Honest):
    def says(self, content):
        return b"INSTREAM size limit exceeded. ERROR\0"


class Dead(Honest):
    def handle(self):
        self.request.close()


class HangsUp(Honest):
    def says(self, content):
        return b""


class Slow(Honest):
    def handle(self):
        time.sleep(30)


class Drips(Honest):
    def answer(self, words):
        while True:
            self.wfile.write(b"s")
            time.sleep(0.02)


class UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Whoever hung up has their reasons."""


def main(folder: Path) -> None:
    for temper in (Honest, Garbage, AlmostOk, TooLarge, Dead, HangsUp, Slow, Drips):
        server = UnixServer(str(folder / temper.__name__.lower()), temper)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    on_loopback = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Honest)
    (folder / "port.new").write_text(str(on_loopback.server_address[1]))
    (folder / "port.new").replace(folder / "port")
    on_loopback.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
