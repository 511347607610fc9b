// Bytes on a socket, for what no HTTP client would send.
import net from 'node:net';

export function connect(server) {
  return new Promise((connected, failed) => {
    const socket = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    const chunks = [];
    const wire = {
      socket,
      ended: false,
      get text() {
        return Buffer.concat(chunks).toString('latin1');
      },
    };
    socket.on('data', (bytes) => chunks.push(bytes));
    wire.closed = new Promise((over) => {
      socket.on('end', () => {
        wire.ended = true;
        socket.end();
        over('closed');
      });
      socket.on('close', () => over('closed'));
    });
    socket.on('error', (error) => {
      wire.error = error;
      failed(error);
    });
    socket.on('connect', () => connected(wire));
  });
}

const wait = (ms) => new Promise((wake) => setTimeout(wake, ms).unref());

/** Sends, waits for the server to close (or `timeoutMs`): { text, closed, answers }. */
export async function exchange(server, bytes, { timeoutMs = 5_000, halfClose = false } = {}) {
  const wire = await connect(server);
  wire.socket.write(bytes);
  if (halfClose) wire.socket.end();
  const how = await Promise.race([wire.closed, wait(timeoutMs)]);
  wire.socket.destroy();
  return { text: wire.text, closed: how === 'closed', answers: parseAnswers(wire.text) };
}

/** Sends and waits until `count` answers are there (or the server closed, or time is up). */
export async function exchangeUntil(server, bytes, count, { timeoutMs = 5_000 } = {}) {
  const wire = await connect(server);
  wire.socket.write(bytes);
  const deadline = Date.now() + timeoutMs;
  while (parseAnswers(wire.text).length < count && !wire.ended && Date.now() < deadline) await wait(5);
  wire.socket.destroy();
  return parseAnswers(wire.text);
}

/** The complete answers in the text, with Content-Length bodies: [{ status, headers, body }]. */
export function parseAnswers(text) {
  const found = [];
  let at = 0;
  for (;;) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end < 0) return found;
    const [line, ...fields] = text.slice(at, end).split('\r\n');
    const match = /^HTTP\/1\.[01] (\d{3})/.exec(line);
    if (!match) return found;
    const headers = {};
    for (const field of fields) {
      const colon = field.indexOf(':');
      headers[field.slice(0, colon).toLowerCase()] = field.slice(colon + 1).trim();
    }
    const status = Number(match[1]);
    const length = status === 204 || status === 304 || status < 200 ? 0 : Number(headers['content-length'] ?? 0);
    if (text.length < end + 4 + length) return found;
    found.push({ status, headers, body: text.slice(end + 4, end + 4 + length) });
    at = end + 4 + length;
  }
}
