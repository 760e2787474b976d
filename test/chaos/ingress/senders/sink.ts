/** Answers every request 401 without a look at it: what the senders of forgeries alone cost a machine. */
import { createServer } from 'node:net';

const ANSWER = 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n';

const { port } = JSON.parse(process.argv[2] ?? '') as { port: number };
createServer((socket) => {
  socket.on('data', () => socket.write(ANSWER)).on('error', () => undefined);
}).listen(port, '127.0.0.1');
