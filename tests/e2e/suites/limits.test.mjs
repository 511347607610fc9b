// Limits: sizes, deadlines, connections.
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, refuses, shown } from '../lib/expect.mjs';
import { connect, exchange, exchangeUntil, parseAnswers } from '../lib/raw.mjs';
import { sleep } from '../lib/server.mjs';
import { distinct, superuser } from '../lib/world.mjs';

const up = sharedServer();
const authorized = (server) => `Host: x\r\nAuthorization: Api-Token ${server.token}\r\n`;
const personOf = (bytes) => {
  const empty = JSON.stringify({ name: 'Big', metadata: '' }).length;
  return JSON.stringify({ name: 'Big', metadata: 'm'.repeat(bytes - empty) });
};

test('a body of 1 MiB is taken, one byte more is 413', async () => {
  const api = superuser(await up());
  assert.equal(personOf(1 << 20).length, 1 << 20);
  answers(await api.post('/persons/', personOf(1 << 20)), 201);
  for (const size of [(1 << 20) + 1, 5 << 20]) {
    const answer = await api.post('/persons/', personOf(size), { agent: false });
    refuses(answer, 413);
  }
  answers(await api.get('/persons/?page_size=1'), 200);
});

test('a chunked body over the limit is 413 or a closed connection, never a hang', async () => {
  const server = await up();
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const head = `POST /persons/ HTTP/1.1\r\n${authorized(server)}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const { answers: got, closed } = await exchange(server, head + chunk.repeat(40), { timeoutMs: 10_000 }).catch((error) => {
    assert.ok(['ECONNRESET', 'EPIPE'].includes(error.code), String(error));
    return { answers: [], closed: true };
  });
  assert.ok(closed);
  assert.ok(got.length === 0 || got[0].status === 413, String(got[0]?.status));
  answers(await superuser(server).get('/persons/?page_size=1'), 200);
});

test('a length over the limit is refused without waiting for the body', async () => {
  const server = await up();
  const bytes = `POST /persons/ HTTP/1.1\r\n${authorized(server)}Content-Type: application/json\r\nContent-Length: 500000000\r\n\r\n{`;
  const [answer] = await exchangeUntil(server, bytes, 1);
  assert.equal(answer?.status, 413);
});

test('headers over the limit: 431', async () => {
  const server = await up();
  for (const more of [`X-Big: ${'h'.repeat(40_000)}\r\n`, `X: ${'y'.repeat(90)}\r\n`.repeat(500)]) {
    const { answers: got, closed } = await exchange(server, `GET /persons/ HTTP/1.1\r\n${authorized(server)}${more}\r\n`);
    assert.ok(closed);
    assert.equal(got[0]?.status, 431);
    assert.equal(typeof JSON.parse(got[0].body).detail, 'string');
  }
  answers(await superuser(server).get('/persons/'), 200);
});

test('--max-body and --max-header move the limits', async () => {
  await withServer({ args: ['--max-body', '2000', '--max-header', '2048'] }, async (server) => {
    const api = superuser(server);
    answers(await api.post('/persons/', personOf(2000)), 201);
    answers(await api.post('/persons/', personOf(2001), { agent: false }), 413);
    answers(await api.get('/persons/', { headers: { 'X-Pad': 'p'.repeat(500) } }), 200);
    answers(await api.get('/persons/', { headers: { 'X-Pad': 'p'.repeat(2500) }, agent: false }), 431);
  });
});

test('slow clients are cut off: idle, slow headers, slow bodies', async () => {
  await withServer({ args: ['--request-timeout', '1', '--idle-timeout', '2'] }, async (server) => {
    const began = Date.now();
    const after = () => (Date.now() - began) / 1000;
    const closes = async (wire) => {
      await Promise.race([wire.closed, sleep(9_000).then(() => assert.fail('was never cut off'))]);
      return after();
    };
    const dribble = (wire, text) => {
      let at = 0;
      const timer = setInterval(() => (wire.ended || at >= text.length ? clearInterval(timer) : wire.socket.write(text[at++])), 100);
      wire.closed.then(() => clearInterval(timer));
    };
    const [idle, headers, body, kept] = await Promise.all([connect(server), connect(server), connect(server), connect(server)]);
    for (const wire of [idle, headers, body, kept]) wire.socket.on('error', () => {});
    dribble(headers, `GET /persons/ HTTP/1.1\r\nX-Slow: ${'s'.repeat(1000)}`);
    body.socket.write(`POST /persons/ HTTP/1.1\r\n${authorized(server)}Content-Length: 1000\r\n\r\n`);
    dribble(body, personOf(900));
    kept.socket.write(`GET /persons/ HTTP/1.1\r\n${authorized(server)}\r\n`);
    const times = await Promise.all([idle, headers, body, kept].map(closes));
    for (const [at, seconds] of times.entries()) assert.ok(seconds < 8, `connection ${at} after ${seconds} s`);
    assert.ok(times[1] >= 0.9 && times[2] >= 0.9, `cut off too early: ${times}`);
    assert.ok(times[3] >= 1.5, `an idle connection is kept for its time: ${times[3]}`);
    assert.equal(parseAnswers(kept.text)[0].status, 200);
    for (const wire of [headers, body]) {
      const [answer] = parseAnswers(wire.text);
      assert.ok(answer === undefined || answer.status === 408 || answer.status === 400, wire.text);
    }
    assert.equal(shown(await superuser(server).get('/persons/', { agent: false }), 200).count, 0);
  });
});

test('over --max-connections: 503 and closed, and room again afterwards', async () => {
  await withServer({ args: ['--max-connections', '20'] }, async (server) => {
    const wires = [];
    for (let at = 0; at < 20; at += 1) wires.push(await connect(server));
    for (const wire of wires) wire.socket.on('error', () => {});
    await sleep(200);
    const over = await exchange(server, `GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`).catch(() => ({ closed: true, answers: [] }));
    assert.ok(over.closed);
    if (over.answers.length > 0) {
      assert.equal(over.answers[0].status, 503);
      assert.match(over.answers[0].headers['retry-after'] ?? '', /^\d+$/);
    }
    for (const wire of wires) wire.socket.destroy();
    await eventually(async () => {
      const answer = await superuser(server).get('/persons/', { agent: false }).catch(() => undefined);
      return answer?.status === 200;
    }, 'room for a connection');
  });
});

test('a queue that is full answers 503 with Retry-After, and loses nothing it answered', async () => {
  await withServer({ args: ['--queue-size', '1'] }, async (server) => {
    const api = superuser(server);
    const all = await Promise.all(Array.from({ length: 200 }, (_, at) => api.post('/persons/', { name: `Q${at}`, unique_id: distinct('q') })));
    const made = all.filter(({ status }) => status === 201);
    for (const answer of all.filter(({ status }) => status !== 201)) {
      refuses(answer, 503);
      assert.match(answer.headers['retry-after'] ?? '', /^\d+$/);
    }
    assert.ok(made.length > 0);
    assert.equal(shown(await api.get('/persons/'), 200).count, made.length);
  });
});
