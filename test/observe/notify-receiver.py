# The service manager's end of the notify protocol: prints each datagram as one line of JSON.
import json
import socket
import sys

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\0" + sys.argv[1][1:] if sys.argv[1].startswith("@") else sys.argv[1])
print("listening", flush=True)
while True:
    print(json.dumps(receiver.recv(65536).decode()), flush=True)
