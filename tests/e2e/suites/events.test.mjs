// The event feed: pages, long polls, and live streams that begin in the past.
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, fieldErrors, refuses, shown } from '../lib/expect.mjs';
import { EventStream } from '../lib/event_stream.mjs';
import { replay } from '../lib/log.mjs';
import { connect } from '../lib/raw.mjs';
import { sleep } from '../lib/server.mjs';
import { memberWith, newPerson, newPlatform, stranger, superuser } from '../lib/world.mjs';

const up = sharedServer({ args: ['--log-level', 'warn', '--feed-heartbeat', '1'] });
const feed = '/api/crm/events/';
const from = (count) => (_, index) => count + index;
const run = (first, last) => Array.from({ length: last - first + 1 }, from(first));
const page = async (api, query = '') => shown(await api.get(`${feed}${query}`), 200);
const headOf = async (api) => shown(await api.get('/audit/head'), 200).position;

/** With the one that asks. */
async function openConnections(server) {
  const { text } = await stranger(server).get('/metrics', { agent: false });
  return Number(/^annals_http_connections (\d+)/m.exec(text)[1]);
}

async function platformWith(server, persons) {
  const platform = await newPlatform(server);
  const made = [];
  for (let at = 0; at < persons; at += 1) made.push(await newPerson(platform.admin));
  return { ...platform, persons: made, head: await headOf(platform.admin) };
}

test('pages give what replay prints, in order, without gap or repetition, of one platform alone', async () => {
  const server = await up();
  const { admin, key, head } = await platformWith(server, 12);
  await platformWith(server, 3);
  const walked = [];
  for (let after = 0, more = true; more;) {
    const { results, next_after: next, has_more: hasMore } = await page(admin, `?after=${after}&limit=7`);
    assert.ok(results.length <= 7);
    assert.equal(next, results.at(-1).position);
    walked.push(...results);
    after = next;
    more = hasMore;
  }
  assert.deepEqual(walked, await replay(server.data, '--platform', key));
  assert.deepEqual(walked.map(({ position }) => position), run(1, head));
  for (const mount of ['/events', '/events/', '/dm/api/crm/events/']) {
    assert.equal(shown(await admin.get(`${mount}?limit=1`), 200).results.length, 1);
  }
  answers(await admin.head(feed), 200);
});

test('filters by type and stream leave out the others, and the reader moves on over them', async () => {
  const server = await up();
  const { admin, persons, head } = await platformWith(server, 3);
  const [person] = persons;
  shown(await admin.patch(`/persons/${person.id}/`, { job_title: 'Pilot' }), 200);
  const updated = await page(admin, '?type=PersonUpdated');
  assert.deepEqual(updated.results.map(({ position }) => position), [head + 1]);
  const ofPerson = await page(admin, `?stream=person-${person.id}`);
  assert.deepEqual(ofPerson.results.map(({ type }) => type), ['PersonCreated', 'PersonUpdated']);
  assert.equal(ofPerson.next_after, head + 1);
  const either = await page(admin, '?type=PersonUpdated&type=PlatformOpened');
  assert.deepEqual(either.results, (await page(admin, '?type=PersonUpdated,PlatformOpened')).results);
  assert.equal(either.results.length, 2);
  assert.deepEqual(await page(admin, '?type=PersonErased'), { results: [], next_after: head + 1, has_more: false });
});

test('what cannot be read is a 400, and who may not read is told so', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  fieldErrors(await platform.admin.get(`${feed}?after=x&type=Nonsense`), {
    after: ['A valid integer is required.'],
    type: ['Select a valid choice. Nonsense is not one of the available choices.'],
  });
  refuses(await stranger(server).get(feed), 401);
  const { api } = await memberWith(server, platform, 'CRM User');
  const stream = await EventStream.open(api, feed);
  assert.equal(stream.status, 403);
  refuses(await platform.admin.post(feed, {}), 405);
});

test('erased persons are nulls, as everywhere', async () => {
  const server = await up();
  const { admin, key, persons: [person] } = await platformWith(server, 1);
  answers(await admin.post(`/persons/${person.id}/erase/`, { reason: 'asked' }), 204);
  const { results } = await page(admin, `?stream=person-${person.id}`);
  assert.equal(results[0].data.name, null);
  assert.equal(results[0].data.erased, true);
  assert.deepEqual(results, await replay(server.data, '--platform', key, '--stream', `person-${person.id}`));
});

test('a long poll is answered by the first event that is wanted, or empty when its time is over', async () => {
  const server = await up();
  const { admin, head } = await platformWith(server, 1);
  const started = Date.now();
  assert.equal((await page(admin, `?after=${head - 1}&wait=20`)).results.length, 1);
  const polled = page(admin, `?after=${head}&wait=20&type=PersonUpdated`);
  await sleep(200);
  const person = await newPerson(admin);
  shown(await admin.patch(`/persons/${person.id}/`, { job_title: 'Late' }), 200);
  const answer = await polled;
  assert.deepEqual(answer.results.map(({ position }) => position), [head + 2]);
  assert.ok(Date.now() - started < 15_000);
  assert.deepEqual(await page(admin, `?after=${head + 2}&wait=1`), { results: [], next_after: head + 2, has_more: false });
});

test('a stream begins in the past and goes on live, event by event', async () => {
  const server = await up();
  const { admin, key, head } = await platformWith(server, 5);
  const stream = await EventStream.open(admin, `${feed}?after=0`);
  assert.equal(stream.status, 200);
  assert.equal(stream.headers['content-type'], 'text/event-stream');
  await stream.until(() => stream.events.length === head, 'the past');
  for (let at = 1; at <= 3; at += 1) {
    await newPerson(admin);
    await stream.until(() => stream.events.length === head + at, 'the present');
  }
  assert.deepEqual(stream.events.map(({ data }) => data), await replay(server.data, '--platform', key));
  for (const { id, type, data } of stream.events) assert.deepEqual([id, type], [String(data.position), data.type]);
  stream.close();
});

test('a stream that leaves events out says how far it has come', async () => {
  const server = await up();
  const { admin, head } = await platformWith(server, 2);
  const stream = await EventStream.open(admin, `${feed}?type=PersonErased`);
  await stream.until(() => stream.comments >= 1 && stream.lastId === String(head), 'a heartbeat');
  assert.equal(stream.events.length, 0);
  stream.close();
});

test('readers that come and go while others write miss nothing and see nothing twice', { timeoutMs: 120_000 }, async () => {
  const server = await up();
  const { admin, head } = await platformWith(server, 1);
  const writes = 400;
  const writing = (async () => {
    for (let at = 0; at < writes; at += 20) await Promise.all(Array.from({ length: 20 }, () => newPerson(admin)));
  })();
  const readers = Array.from({ length: 4 }, async (_, index) => {
    const seen = [];
    while ((seen.at(-1) ?? head) < head + writes) {
      const stream = await EventStream.open(admin, `${feed}?after=${head}`, seen.length > 0 ? { 'Last-Event-ID': String(seen.at(-1)) } : {});
      const enough = seen.length + 30 + 40 * index;
      await stream.until(() => seen.length + stream.events.length >= Math.min(enough, writes), 'some events', 60_000);
      stream.close();
      seen.push(...stream.positions);
    }
    assert.deepEqual(seen, run(head + 1, head + writes));
  });
  await Promise.all([writing, ...readers]);
});

test('many idle readers cost next to nothing and are all told', async () => {
  const server = await up();
  const { admin, head } = await platformWith(server, 1);
  const streams = await Promise.all(Array.from({ length: 100 }, () => EventStream.open(admin, `${feed}?after=${head}`)));
  await newPerson(admin);
  for (const stream of streams) await stream.until(() => stream.events.length === 1, 'the news');
  streams.forEach((stream) => stream.close());
  await eventually(async () => (await openConnections(server)) < 60, 'closed streams are no connections');
});

test('a stream ends when its key is revoked, with an error that says so', async () => {
  const server = await up();
  const { admin, adminUser, key, head } = await platformWith(server, 1);
  const made = shown(await admin.post('/api/core/platform/api-tokens/', { username: adminUser.username, name: 'reader', platform_key: key }), 201);
  const stream = await EventStream.open({ server, token: made.key }, `${feed}?after=${head + 1}`);
  await stream.until(() => stream.comments > 0, 'a heartbeat');
  answers(await admin.delete(`/api/core/platform/api-tokens/reader/?platform_key=${key}`), 204);
  await stream.until(() => stream.ended, 'its end');
  assert.equal(stream.ended, 'whole');
  assert.deepEqual(stream.events.map(({ type, data }) => [type, data]), [['error', { detail: 'Invalid token.' }]]);
});

test('a reader that stops reading is cut off, and can come back', async () => {
  await withServer({ args: ['--log-level', 'warn', '--write-timeout', '1', '--max-body', '4MiB'] }, async (server) => {
    const api = superuser(server);
    const items = Array.from({ length: 500 }, (_, at) => ({ operation: 'create', name: `Slow ${at}`, metadata: { pad: 'p'.repeat(7000) } }));
    for (let at = 0; at < 16; at += 1) answers(await api.post('/persons/batch/', { items }), 200);
    const head = await headOf(api);
    assert.ok(head > 8000);
    const others = await openConnections(server);
    const stalled = await EventStream.open(api, feed);
    stalled.message.pause();
    await eventually(async () => (await openConnections(server)) === others, 'it is cut off');
    stalled.message.resume();
    await stalled.until(() => stalled.ended, 'its end');
    assert.equal(stalled.ended, 'cut off');
    assert.ok(stalled.events.length > 0 && stalled.events.length < head);
    const back = await EventStream.open(api, feed, { 'Last-Event-ID': stalled.lastId });
    await back.until(() => stalled.events.length + back.events.length === head, 'the rest');
    assert.deepEqual([...stalled.positions, ...back.positions], run(1, head));
    back.close();
  });
});

test('SIGTERM answers long polls and ends streams, quickly and without an error', async () => {
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    const api = superuser(server);
    const head = await headOf(api);
    const streams = await Promise.all([0, 0, 0].map(() => EventStream.open(api, `${feed}?after=${head}`)));
    const polled = api.get(`${feed}?after=${head}&wait=30`, { agent: false });
    await sleep(300);
    const started = Date.now();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - started < 5_000);
    assert.deepEqual(shown(await polled, 200), { results: [], next_after: head, has_more: false });
    for (const stream of streams) {
      await stream.until(() => stream.ended, 'its end');
      assert.deepEqual([stream.ended, stream.events], ['whole', []]);
    }
  });
});

test('an old client without chunks reads the stream, too', async () => {
  const server = await up();
  const { admin, head } = await platformWith(server, 1);
  const wire = await connect(server);
  wire.socket.write(`GET ${feed}?after=${head - 1} HTTP/1.0\r\nAuthorization: Token ${admin.token}\r\nAccept: text/event-stream\r\n\r\n`);
  await eventually(() => wire.text.includes('\n\n'), 'an event');
  const [, body] = wire.text.split('\r\n\r\n');
  assert.match(body, new RegExp(`^id: ${head}\nevent: PersonCreated\ndata: \\{"position":${head},`));
  wire.socket.destroy();
});
