// An HTTP server that webhooks are sent to: keeps what came, and answers as it is told.
import http from 'node:http';
import { eventually } from './expect.mjs';

export class Receiver {
  /** `answer(request, number)` gives a status, { status, headers, body }, or 'stall' (no answer) or 'hang up'. */
  static async start(answer = () => 200, { host = '127.0.0.1', port = 0 } = {}) {
    const receiver = new Receiver();
    receiver.answer = answer;
    receiver.requests = [];
    receiver.server = http.createServer((message, response) => receiver.receive(message, response));
    await new Promise((listening, failed) => {
      receiver.server.on('error', failed);
      receiver.server.listen(port, host, listening);
    });
    receiver.port = receiver.server.address().port;
    receiver.url = `http://${host}:${receiver.port}/hook`;
    return receiver;
  }

  receive(message, response) {
    const chunks = [];
    message.on('data', (chunk) => chunks.push(chunk));
    message.on('end', () => {
      const body = Buffer.concat(chunks);
      const request = { method: message.method, path: message.url, headers: message.headers, body };
      this.requests.push(request);
      const said = this.answer(request, this.requests.length);
      if (said === 'stall') return;
      if (said === 'hang up') {
        message.socket.destroy();
        return;
      }
      const { status, headers = {}, body: answer = '' } = typeof said === 'number' ? { status: said } : said;
      response.writeHead(status, headers).end(answer);
    });
  }

  /** The events that came, in order; repeated ones as often as they came. */
  get events() {
    return this.requests.map(({ body }) => JSON.parse(body.toString('utf8')));
  }
  get positions() {
    return this.events.map(({ position }) => position);
  }

  /** Waits until so many requests have come. */
  received(count, timeoutMs = 20_000) {
    return eventually(() => this.requests.length >= count, `${count} requests, not ${this.requests.length}`, timeoutMs);
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}
