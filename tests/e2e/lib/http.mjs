// A small HTTP client that shows everything: status, every header, the bytes as they came.
import http from 'node:http';
import https from 'node:https';

const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 256 }),
  'https:': new https.Agent({ keepAlive: true, rejectUnauthorized: false }),
};

export class Answer {
  constructor(asked, message, bytes) {
    this.asked = asked;
    this.status = message.statusCode;
    this.headers = message.headers;
    this.bytes = bytes;
  }
  get text() {
    return this.bytes.toString('utf8');
  }
  get json() {
    try {
      return JSON.parse(this.text);
    } catch {
      throw new Error(`${this} is no JSON`);
    }
  }
  get etag() {
    return this.headers.etag;
  }
  toString() {
    return `${this.asked} answered ${this.status} ${this.text.slice(0, 600)}`;
  }
}

/** One request; rejects when the connection breaks before the answer is whole. */
export function request(url, { method = 'GET', headers = {}, body, agent, timeoutMs = 30_000 } = {}) {
  const target = url instanceof URL ? url : new URL(url);
  const { request: send } = target.protocol === 'https:' ? https : http;
  return new Promise((answered, failed) => {
    const options = { method, headers, agent: agent ?? agents[target.protocol], rejectUnauthorized: false };
    // node would normalise the path of a URL object; raw paths are wanted as they are
    const path = typeof url === 'string' ? url.slice(target.origin.length) || '/' : target.pathname + target.search;
    const outgoing = send({ protocol: target.protocol, hostname: target.hostname.replace(/[[\]]/g, ''), port: target.port, path, ...options });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer to ${method} ${path} in time`)), timeoutMs);
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      failed(error);
    });
    outgoing.on('response', (message) => {
      const chunks = [];
      message.on('data', (chunk) => chunks.push(chunk));
      message.on('error', failed);
      message.on('aborted', () => failed(new Error('the answer was cut off')));
      message.on('end', () => {
        clearTimeout(timer);
        answered(new Answer(`${method} ${path}`, message, Buffer.concat(chunks)));
      });
    });
    outgoing.end(body);
  });
}

/** The API as one key sees it. Bodies that are no text or bytes are sent as JSON. */
export class Api {
  constructor(server, token = server.token, { mount = '', scheme = 'Api-Token' } = {}) {
    this.server = server;
    this.token = token;
    this.mount = mount;
    this.scheme = scheme;
  }

  /** The same key under another mount, for instance '/dm/api/crm'. */
  under(mount) {
    return new Api(this.server, this.token, { mount, scheme: this.scheme });
  }

  send(method, path, body, { headers = {}, type, ...more } = {}) {
    const all = { ...headers };
    if (this.token) all.Authorization ??= `${this.scheme} ${this.token}`;
    let bytes = body;
    if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) bytes = JSON.stringify(body);
    if (body !== undefined && type !== null) all['Content-Type'] ??= type ?? 'application/json';
    if (bytes !== undefined) all['Content-Length'] ??= Buffer.byteLength(bytes);
    return request(`${this.server.url}${this.mount}${path}`, { method, headers: all, body: bytes, ...more });
  }

  get(path, options) {
    return this.send('GET', path, undefined, options);
  }
  head(path, options) {
    return this.send('HEAD', path, undefined, options);
  }
  post(path, body, options) {
    return this.send('POST', path, body, options);
  }
  put(path, body, options) {
    return this.send('PUT', path, body, options);
  }
  patch(path, body, options) {
    return this.send('PATCH', path, body, options);
  }
  delete(path, options) {
    return this.send('DELETE', path, undefined, options);
  }
}
