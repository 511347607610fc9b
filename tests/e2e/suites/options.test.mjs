// What serve's options do: rate limit, CORS, TLS, trusted proxies, page size.
import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { join as joinPath } from 'node:path';
import { skip, test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, refuses, shown } from '../lib/expect.mjs';
import { temporaryDirectory } from '../lib/server.mjs';
import { keyOf, newPerson, stranger, superuser } from '../lib/world.mjs';

test('--rate-limit: so many requests per key, then 429 until there is room', async () => {
  await withServer({ args: ['--rate-limit', '5', '--rate-burst', '10'] }, async (server) => {
    const api = superuser(server);
    const other = await keyOf(server, { username: 'admin' }, { key: 'main' });
    await eventually(async () => (await api.get('/persons/')).headers['ratelimit-remaining'] !== '0', 'room');
    const all = [];
    for (let at = 0; at < 30; at += 1) all.push(await api.get('/persons/'));
    for (const answer of all) {
      assert.ok([200, 429].includes(answer.status), String(answer));
      for (const name of ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset']) {
        assert.match(answer.headers[name] ?? '', /^\d+/, name);
      }
    }
    const refused = all.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 10, `${refused.length} refused`);
    refuses(refused[0], 429);
    assert.match(refused[0].headers['retry-after'] ?? '', /^\d+$/);
    answers(await other.get('/persons/'), 200);
    answers(await stranger(server).get('/healthz'), 200);
    await eventually(async () => (await api.get('/persons/')).status === 200, 'room again', 3_000);
  });
});

test('without --rate-limit there is none', async () => {
  await withServer({}, async (server) => {
    const all = await Promise.all(Array.from({ length: 300 }, () => superuser(server).get('/persons/')));
    for (const answer of all) {
      answers(answer, 200);
      assert.equal(answer.headers['ratelimit-limit'], undefined);
    }
  });
});

const page = 'https://app.example';
const allowed = (answer) => answer.headers['access-control-allow-origin'];

test('--cors-origin: preflights and answers for these origins, not for others', async () => {
  await withServer({ args: ['--cors-origin', page, '--cors-origin', 'https://two.example'] }, async (server) => {
    const preflight = (origin) => stranger(server).send('OPTIONS', '/persons/', undefined, {
      headers: { Origin: origin, 'Access-Control-Request-Method': 'PATCH', 'Access-Control-Request-Headers': 'authorization,content-type' },
    });
    for (const origin of [page, 'https://two.example']) {
      const answer = await preflight(origin);
      assert.ok([200, 204].includes(answer.status), String(answer));
      assert.equal(allowed(answer), origin);
      assert.match(answer.headers['access-control-allow-methods'], /PATCH/);
      assert.match(answer.headers['access-control-allow-headers'], /authorization/i);
      assert.match(answer.headers.vary ?? '', /Origin/i);
    }
    for (const other of ['https://evil.example', `${page}.evil.example`, 'null', 'http://app.example']) {
      assert.equal(allowed(await preflight(other)), undefined, other);
      assert.equal(allowed(await superuser(server).get('/persons/', { headers: { Origin: other } })), undefined);
    }
    const listed = answers(await superuser(server).get('/persons/', { headers: { Origin: page } }), 200);
    assert.equal(allowed(listed), page);
    assert.match(listed.headers.vary ?? '', /Origin/i);
    assert.match(listed.headers['access-control-expose-headers'] ?? '', /ETag/i);
    const refused = answers(await stranger(server).get('/persons/', { headers: { Origin: page } }), 401);
    assert.equal(allowed(refused), page, 'a page may read why it was refused');
  });
});

test('--cors-origin * is for everyone', async () => {
  await withServer({ args: ['--cors-origin', '*'] }, async (server) => {
    const answer = answers(await superuser(server).get('/persons/', { headers: { Origin: page } }), 200);
    assert.ok(['*', page].includes(allowed(answer)));
  });
});

test('--trusted-proxy: its X-Forwarded-* name scheme and host; anyone else\'s do not', async () => {
  const forwarded = { headers: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'crm.example', 'X-Forwarded-For': '203.0.113.9' } };
  const nextOf = async (server) => {
    const api = superuser(server);
    await newPerson(api);
    await newPerson(api);
    return new URL(shown(await api.get('/persons/?page_size=1', forwarded), 200).next);
  };
  for (const proxy of ['127.0.0.1', '127.0.0.0/8']) {
    await withServer({ args: ['--trusted-proxy', proxy] }, async (server) => {
      assert.equal((await nextOf(server)).origin, 'https://crm.example');
      const evil = await superuser(server).get('/persons/?page_size=1', { headers: { 'X-Forwarded-Host': 'a/b"c' } });
      assert.ok(!(evil.json.next ?? '').includes('a/b'), String(evil));
      const plain = shown(await superuser(server).get('/persons/?page_size=1'), 200);
      assert.equal(new URL(plain.next).origin, server.url);
    });
  }
  for (const args of [[], ['--trusted-proxy', '10.0.0.0/8']]) {
    await withServer({ args }, async (server) => assert.equal((await nextOf(server)).origin, server.url));
  }
});

test('--tls-cert and --tls-key serve HTTPS', async () => {
  const directory = temporaryDirectory('tls');
  const [cert, key] = [joinPath(directory, 'cert.pem'), joinPath(directory, 'key.pem')];
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-days', '2', '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', cert]);
  assert.equal(made.status, 0, String(made.stderr));
  await withServer({ args: ['--tls-cert', cert, '--tls-key', key], scheme: 'https' }, async (server) => {
    const api = superuser(server);
    await newPerson(api, { metadata: { big: 'b'.repeat(100_000) } });
    await newPerson(api);
    const listed = shown(await api.get('/persons/?page_size=1'), 200);
    assert.equal(new URL(listed.next).origin, server.url);
    assert.equal(shown(await api.get('/persons/?page_size=1&page=2'), 200).results[0].metadata.big.length, 100_000);
    answers(await stranger(server).get('/persons/'), 401);
    await Promise.all(Array.from({ length: 30 }, () => api.get('/persons/', { agent: false })));
    const plain = await superuser({ url: server.url.replace('https', 'http'), token: server.token }).get('/persons/', { agent: false })
      .catch((error) => error);
    assert.ok(plain instanceof Error || plain.status >= 400, 'plain HTTP on the TLS port is not served');
    answers(await api.get('/persons/'), 200);
  });
});

test('--page-size is the size of a page that none asked for', async () => {
  await withServer({ args: ['--page-size', '2'] }, async (server) => {
    const api = superuser(server);
    for (let at = 0; at < 5; at += 1) await newPerson(api);
    assert.equal(shown(await api.get('/persons/'), 200).results.length, 2);
    assert.equal(shown(await api.get('/persons/?page_size=4'), 200).results.length, 4);
  });
});

test('--durability os serves too', async () => {
  await withServer({ args: ['--durability', 'os'] }, async (server) => {
    const { id } = await newPerson(superuser(server));
    await server.restart();
    answers(await superuser(server).get(`/persons/${id}/`), 200);
  });
});

test('--listen takes IPv6 addresses', async () => {
  if (!Object.values(networkInterfaces()).flat().some(({ address }) => address === '::1')) skip('this machine has no ::1');
  await withServer({ host: '[::1]' }, async (server) => {
    const api = superuser(server);
    await newPerson(api);
    await newPerson(api);
    assert.equal(new URL(shown(await api.get('/persons/?page_size=1'), 200).next).origin, server.url);
  });
});
