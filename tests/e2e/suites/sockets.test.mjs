// Raw sockets: pipelining, half-closed peers, smuggling shapes, random bytes. After each abuse a good request works.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, shown } from '../lib/expect.mjs';
import { connect, exchange, exchangeUntil, parseAnswers } from '../lib/raw.mjs';
import { sleep } from '../lib/server.mjs';
import { distinct, newPerson, superuser } from '../lib/world.mjs';

const up = sharedServer();

const credentials = (server) => `Authorization: Api-Token ${server.token}\r\n`;
const get = (server, path = '/persons/', more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${credentials(server)}${more}\r\n`;
const post = (server, body, more = '') =>
  `POST /organizations/ HTTP/1.1\r\nHost: x\r\n${credentials(server)}Content-Type: application/json\r\n` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

/** Nothing was made by the abuse, and the server still answers. */
async function stillFine(server, forbiddenName) {
  const api = superuser(server);
  answers(await api.get('/persons/', { agent: false }), 200);
  if (forbiddenName) assert.equal(shown(await api.get(`/organizations/?name=${forbiddenName}`), 200).count, 0);
}

test('pipelined requests are answered in order', async () => {
  const server = await up();
  const persons = [];
  for (let at = 0; at < 12; at += 1) persons.push(await newPerson(superuser(server)));
  const bytes = persons.map(({ id }) => get(server, `/persons/${id}/`)).join('');
  const all = await exchangeUntil(server, bytes, 12);
  assert.deepEqual(all.map(({ status }) => status), Array(12).fill(200));
  assert.deepEqual(all.map(({ body }) => JSON.parse(body).id), persons.map(({ id }) => id));
});

test('pipelined writes and reads keep their order, whichever takes longer', async () => {
  const server = await up();
  const names = Array.from({ length: 10 }, () => distinct('Piped'));
  const bytes = names.map((name) => post(server, JSON.stringify({ name })) + get(server, `/organizations/?name=${name}`)).join('');
  const all = await exchangeUntil(server, bytes + get(server, '/nothing/'), 21, { timeoutMs: 10_000 });
  assert.equal(all.length, 21);
  names.forEach((name, at) => {
    assert.equal(all[2 * at].status, 201);
    assert.equal(JSON.parse(all[2 * at].body).name, name);
    assert.equal(JSON.parse(all[2 * at + 1].body).count, 1, 'a read behind a write sees it');
  });
  assert.equal(all[20].status, 404);
});

test('a request in single bytes is a request', async () => {
  const server = await up();
  const wire = await connect(server);
  wire.socket.setNoDelay(true);
  for (const byte of post(server, JSON.stringify({ name: distinct('Slow') }))) wire.socket.write(byte);
  for (let tries = 0; tries < 200 && parseAnswers(wire.text).length === 0; tries += 1) await sleep(10);
  wire.socket.destroy();
  assert.equal(parseAnswers(wire.text)[0].status, 201);
});

test('a peer that closes its half is still answered', async () => {
  const server = await up();
  const name = distinct('Half');
  const answer = await exchange(server, post(server, JSON.stringify({ name })), { halfClose: true });
  assert.equal(answer.answers[0]?.status, 201, answer.text);
  assert.ok(answer.closed);
  const piped = await exchange(server, get(server).repeat(5), { halfClose: true });
  assert.deepEqual(piped.answers.map(({ status }) => status), Array(5).fill(200));
  assert.ok(piped.closed);
});

test('a peer that closes inside a request loses it and nothing else', async () => {
  const server = await up();
  const whole = post(server, JSON.stringify({ name: 'NeverWhole' }));
  for (const cut of [1, 10, 60, whole.indexOf('\r\n\r\n') + 3, whole.length - 5, whole.length - 1]) {
    const { closed, answers: got } = await exchange(server, whole.slice(0, cut), { halfClose: true });
    assert.ok(closed, `cut at ${cut} hangs`);
    assert.ok(got.length === 0 || got[0].status >= 400, `cut at ${cut}`);
  }
  await stillFine(server, 'NeverWhole');
});

test('a peer that goes away without reading disturbs nobody', async () => {
  const server = await up();
  for (let at = 0; at < 20; at += 1) {
    const wire = await connect(server);
    wire.socket.write(get(server).repeat(50));
    wire.socket.resetAndDestroy?.() ?? wire.socket.destroy();
  }
  await stillFine(server);
});

test('Connection: close and HTTP/1.0 close behind the answer; HTTP/1.1 keeps', async () => {
  const server = await up();
  const closing = await exchange(server, get(server, '/persons/', 'Connection: close\r\n'));
  assert.deepEqual([closing.closed, closing.answers.length], [true, 1]);
  const old = await exchange(server, `GET /persons/ HTTP/1.0\r\nHost: x\r\n${credentials(server)}\r\n`);
  assert.deepEqual([old.closed, old.answers[0].status], [true, 200]);
  const wire = await connect(server);
  for (let round = 1; round <= 3; round += 1) {
    wire.socket.write(get(server));
    for (let tries = 0; tries < 200 && parseAnswers(wire.text).length < round; tries += 1) await sleep(5);
    assert.equal(parseAnswers(wire.text).length, round);
  }
  wire.socket.destroy();
});

test('chunked bodies are read, extensions and trailers included', async () => {
  const server = await up();
  const name = distinct('Chunked');
  const body = JSON.stringify({ name });
  const half = body.length >> 1;
  const chunked = `${half.toString(16)}\r\n${body.slice(0, half)}\r\n${(body.length - half).toString(16).toUpperCase()};ext=1\r\n` +
    `${body.slice(half)}\r\n0\r\nX-Trailer: ok\r\n\r\n`;
  const head = `POST /organizations/ HTTP/1.1\r\nHost: x\r\n${credentials(server)}Transfer-Encoding: chunked\r\n\r\n`;
  const [made, next] = await exchangeUntil(server, head + chunked + get(server), 2);
  assert.equal(made.status, 201, made.body);
  assert.equal(JSON.parse(made.body).name, name);
  assert.equal(next?.status, 200);
});

test('Expect: 100-continue is told to go on, or refused before the body', async () => {
  const server = await up();
  const body = JSON.stringify({ name: distinct('Expected') });
  const head = (length) => `POST /organizations/ HTTP/1.1\r\nHost: x\r\n${credentials(server)}Content-Type: application/json\r\n` +
    `Expect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
  const wire = await connect(server);
  wire.socket.write(head(body.length));
  for (let tries = 0; tries < 200 && !wire.text.includes('100'); tries += 1) await sleep(5);
  assert.match(wire.text, /^HTTP\/1\.1 100 /);
  wire.socket.write(body);
  for (let tries = 0; tries < 200 && parseAnswers(wire.text).length < 2; tries += 1) await sleep(5);
  wire.socket.destroy();
  assert.equal(parseAnswers(wire.text)[1]?.status, 201, wire.text);
  const [refused] = await exchangeUntil(server, head(64 << 20), 1);
  assert.equal(refused.status, 413);
});

test('an absolute target is the path in it', async () => {
  const server = await up();
  const bytes = `GET http://crm.example:80/persons/?page_size=1 HTTP/1.1\r\nHost: crm.example\r\n${credentials(server)}\r\n`;
  const [answer] = await exchangeUntil(server, bytes, 1);
  assert.equal(answer.status, 200);
});

// --- shapes that two servers could read as different requests --------------------------------------------------------

const smuggled = 'Smuggled';
const inner = (server) => post(server, JSON.stringify({ name: smuggled }));
const shapes = {
  'Content-Length and chunked': (s) => ['Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${inner(s)}`],
  'chunked and Content-Length': (s) => ['Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `0\r\n\r\n${inner(s)}`],
  'two lengths that differ': (s) => ['Content-Length: 0\r\nContent-Length: 5\r\n', `hello${inner(s)}`],
  'a list of lengths': (s) => ['Content-Length: 0, 5\r\n', `hello${inner(s)}`],
  'a signed length': (s) => ['Content-Length: +5\r\n', `hello${inner(s)}`],
  'a negative length': (s) => ['Content-Length: -1\r\n', inner(s)],
  'a hexadecimal length': (s) => ['Content-Length: 0x5\r\n', `hello${inner(s)}`],
  'a length with a space in it': (s) => ['Content-Length: 1 5\r\n', `hello${inner(s)}`],
  'an empty length': (s) => ['Content-Length: \r\n', inner(s)],
  'an immense length': (s) => ['Content-Length: 99999999999999999999999\r\n', inner(s)],
  'chunked twice': (s) => ['Transfer-Encoding: chunked, chunked\r\n', `0\r\n\r\n${inner(s)}`],
  'chunked by two headers': (s) => ['Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', `0\r\n\r\n${inner(s)}`],
  'an unknown coding': (s) => ['Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${inner(s)}`],
  'gzip and chunked': (s) => ['Transfer-Encoding: gzip, chunked\r\n', `0\r\n\r\n${inner(s)}`],
  'chunked with a vertical tab': (s) => ['Transfer-Encoding: \vchunked\r\n', `0\r\n\r\n${inner(s)}`],
  'a space before the colon': (s) => ['Transfer-Encoding : chunked\r\n', `0\r\n\r\n${inner(s)}`],
  'a folded header': (s) => ['X-Folded: a\r\n b\r\nTransfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${inner(s)}`],
  'a bare line feed between headers': (s) => ['X-A: b\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${inner(s)}`],
  'a bare carriage return in a header': (s) => ['X-A: b\rTransfer-Encoding: chunked\r\n', `0\r\n\r\n${inner(s)}`],
  'a zero byte in a header': (s) => ['X-A: b\0c\r\n', inner(s)],
  'a header without a name': (s) => [': nameless\r\n', inner(s)],
  'a header without a colon': (s) => ['Nonsense\r\n', inner(s)],
  'a header name with a space': (s) => ['X Header: y\r\n', inner(s)],
  'a chunk size that is no number': (s) => ['Transfer-Encoding: chunked\r\n', `zz\r\nhello\r\n0\r\n\r\n${inner(s)}`],
  'a negative chunk size': (s) => ['Transfer-Encoding: chunked\r\n', `-1\r\nhello\r\n0\r\n\r\n${inner(s)}`],
  'a chunk size that overflows': (s) => ['Transfer-Encoding: chunked\r\n', `fffffffffffffffff\r\nhello\r\n0\r\n\r\n${inner(s)}`],
  'a chunk size with 0x': (s) => ['Transfer-Encoding: chunked\r\n', `0x5\r\nhello\r\n0\r\n\r\n${inner(s)}`],
  'a chunk longer than it says': (s) => ['Transfer-Encoding: chunked\r\n', `2\r\nhello\r\n0\r\n\r\n${inner(s)}`],
  'chunks ended by bare line feeds': (s) => ['Transfer-Encoding: chunked\r\n', `5\nhello\n0\n\n${inner(s)}`],
  'an endless chunk extension': (s) => ['Transfer-Encoding: chunked\r\n', `5;${'x'.repeat(200_000)}\r\nhello\r\n0\r\n\r\n${inner(s)}`],
};

for (const [shape, make] of Object.entries(shapes)) {
  test(`${shape}: refused or closed, and nothing behind it is obeyed`, async () => {
    const server = await up();
    const [headers, body] = make(server);
    const bytes = `POST /organizations/ HTTP/1.1\r\nHost: x\r\n${credentials(server)}${headers}\r\n${body}`;
    const result = await exchange(server, Buffer.from(bytes, 'latin1'), { timeoutMs: 3_000 });
    assert.ok(result.closed, `the connection stays open: ${result.text.slice(0, 300)}`);
    for (const answer of result.answers) assert.ok(answer.status >= 400 && answer.status < 600, result.text.slice(0, 300));
    assert.ok(result.answers.length <= 1, 'one refusal at most');
    await stillFine(server, smuggled);
  });
}

const requestLines = {
  'no version': 'GET /persons/\r\nHost: x\r\n\r\n',
  'an unknown version': 'GET /persons/ HTTP/3.7\r\nHost: x\r\n\r\n',
  'a version with more digits': 'GET /persons/ HTTP/1.10\r\nHost: x\r\n\r\n',
  'two spaces': 'GET  /persons/ HTTP/1.1\r\nHost: x\r\n\r\n',
  'a space in the target': 'GET /per sons/ HTTP/1.1\r\nHost: x\r\n\r\n',
  'a tab in the target': 'GET /per\tsons/ HTTP/1.1\r\nHost: x\r\n\r\n',
  'raw bytes in the target': 'GET /\xff\xfe/ HTTP/1.1\r\nHost: x\r\n\r\n',
  'a zero byte in the target': 'GET /\0/ HTTP/1.1\r\nHost: x\r\n\r\n',
  'a target without a slash': 'GET persons HTTP/1.1\r\nHost: x\r\n\r\n',
  'a method with odd characters': 'G(T / HTTP/1.1\r\nHost: x\r\n\r\n',
  'no Host': 'GET /persons/ HTTP/1.1\r\nX: y\r\n\r\n',
  'two Hosts': 'GET /persons/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  'a TLS greeting': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'the HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'nothing but line ends': '\r\n'.repeat(2000),
  'no line end for 100 kB': 'A'.repeat(100_000),
  'a target of 100 kB': `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  '5000 headers': `GET / HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(20_000)}\r\n`,
};

for (const [what, bytes] of Object.entries(requestLines)) {
  test(`a request with ${what}: a clear 4xx or 5xx, or a closed connection`, async () => {
    const server = await up();
    const result = await exchange(server, Buffer.from(bytes, 'latin1'), { timeoutMs: 3_000, halfClose: true });
    assert.ok(result.closed, `the connection stays open: ${result.text.slice(0, 300)}`);
    for (const answer of result.answers) assert.ok(answer.status >= 400 && answer.status <= 505, result.text.slice(0, 300));
    for (const answer of result.answers.filter((each) => each.body)) assert.equal(typeof JSON.parse(answer.body).detail, 'string');
    await stillFine(server);
  });
}

test('unknown methods are 405 or refused, never obeyed', async () => {
  const server = await up();
  for (const method of ['BREW', 'get', 'PROPFIND', 'X'.repeat(100)]) {
    const { answers: got } = await exchange(server, get(server).replace('GET', method).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    assert.ok(got.length === 0 || [400, 405, 501].includes(got[0].status), `${method}: ${got[0]?.status}`);
    if (got[0]?.status === 405) {
      assert.equal(JSON.parse(got[0].body).detail, `Method "${method}" not allowed.`);
      assert.match(got[0].headers.allow, /GET/);
    }
  }
});

test('CONNECT and OPTIONS * do no harm', async () => {
  const server = await up();
  for (const line of ['CONNECT example.org:443 HTTP/1.1', 'OPTIONS * HTTP/1.1', 'GET * HTTP/1.1', 'CONNECT /persons/ HTTP/1.1']) {
    const { answers: got } = await exchange(server, `${line}\r\nHost: example.org:443\r\nConnection: close\r\n\r\n`, { timeoutMs: 2_000 });
    if (line.startsWith('CONNECT')) assert.ok(got.length === 0 || got[0].status >= 400, line);
  }
  await stillFine(server);
});

test('nothing sent comes back as a header: ids, hosts and origins are checked', async () => {
  const server = await up();
  for (const [name, value] of [['X-Request-Id', 'a\tb'], ['X-Request-Id', '"><'], ['Host', 'a b'], ['Host', 'x"y'],
    ['Host', 'evil.example/path'], ['Origin', 'https://evil.example'], ['X-Forwarded-Host', 'evil.example'],
    ['X-Forwarded-Proto', 'javascript']]) {
    const host = name === 'Host' ? '' : 'Host: fine.example\r\n';
    const bytes = `GET /persons/?page_size=1 HTTP/1.1\r\n${host}${credentials(server)}${name}: ${value}\r\nConnection: close\r\n\r\n`;
    const { answers: got, closed } = await exchange(server, bytes);
    assert.ok(closed);
    for (const answer of got) {
      const headers = JSON.stringify(answer.headers);
      assert.ok(!headers.includes('evil') && !headers.includes(JSON.stringify(value).slice(1, -1)), `${name}: ${headers}`);
      assert.ok(!answer.body.includes('evil'), `${name}: ${answer.body.slice(0, 300)}`);
    }
  }
});

test('random bytes, and requests with random bytes flipped: the server stays', async () => {
  const server = await up();
  let seed = 987_654_321;
  const random = (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed % below;
  };
  const rounds = Array.from({ length: 150 }, (_, round) => {
    const bytes = Buffer.from(post(server, JSON.stringify({ name: `Flipped ${round}` })));
    if (round % 3 === 0) return Buffer.from(Array.from({ length: 1 + random(2000) }, () => random(256)));
    for (let flips = 0; flips <= round % 7; flips += 1) bytes[random(bytes.length)] = random(256);
    return bytes;
  });
  for (let at = 0; at < rounds.length; at += 15) {
    const results = await Promise.all(rounds.slice(at, at + 15).map((bytes) => exchange(server, bytes, { halfClose: true })));
    results.forEach(({ closed, answers: got }, index) => {
      assert.ok(closed, `round ${at + index} hangs`);
      for (const { status } of got) assert.ok(status < 500 || status === 501 || status === 505, `round ${at + index}: ${status}`);
    });
  }
  await stillFine(server);
});
