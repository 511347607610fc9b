// A reader of server-sent events that shows everything: events, comments, how the stream ended.
import http from 'node:http';
import { eventually } from './expect.mjs';

export class EventStream {
  /** Resolves when the head of the answer is there. `path` with its query; more headers, for instance Last-Event-ID. */
  static open(api, path, headers = {}) {
    const { hostname, port } = new URL(api.server.url);
    const all = { Authorization: `Api-Token ${api.token}`, Accept: 'text/event-stream', ...headers };
    return new Promise((opened, failed) => {
      const outgoing = http.get({ hostname, port, path, headers: all, agent: false }, (message) => opened(new EventStream(outgoing, message)));
      outgoing.on('error', failed);
    });
  }

  constructor(outgoing, message) {
    this.outgoing = outgoing;
    this.status = message.statusCode;
    this.headers = message.headers;
    this.events = []; // { id, type, data }, data as parsed JSON
    this.comments = 0;
    this.lastId = undefined;
    this.ended = undefined; // 'whole' or 'cut off'
    this.message = message;
    this.rest = '';
    message.setEncoding('utf8');
    message.on('data', (text) => this.take(text));
    message.on('end', () => (this.ended ??= 'whole'));
    message.on('error', () => (this.ended ??= 'cut off'));
    outgoing.on('error', () => (this.ended ??= 'cut off'));
  }

  take(text) {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop();
    for (const block of blocks) {
      const event = {};
      for (const line of block.split('\n')) {
        const colon = line.indexOf(':');
        if (colon === 0) this.comments += 1;
        else event[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, '');
      }
      if (event.id !== undefined) this.lastId = event.id;
      if (event.data !== undefined) this.events.push({ id: event.id, type: event.event, data: JSON.parse(event.data) });
    }
  }

  get positions() {
    return this.events.map(({ id }) => Number(id));
  }
  until(condition, what, timeoutMs = 20_000) {
    return eventually(() => condition(this), `${what}; ${this.events.length} events, ended: ${this.ended}`, timeoutMs);
  }
  close() {
    this.outgoing.destroy();
  }
}
