// The command line: help, version, exit codes, where options come from.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { assert, answers, eventually, shown } from '../lib/expect.mjs';
import { annals, freePort, Server, temporaryDirectory } from '../lib/server.mjs';
import { distinct, newPerson, superuser } from '../lib/world.mjs';

const up = sharedServer();
const readers = ['replay', 'verify', 'head', 'check', 'rebuild'];

/** The exit code, and a sentence on standard error that says something of `about`. */
function ends(ran, code, about) {
  assert.deepEqual([ran.code, ran.signal], [code, null], ran.stderr + ran.stdout);
  if (about) assert.match(ran.stderr, about);
}

test('version and --version print it', async () => {
  const version = await annals(['version']);
  ends(version, 0);
  assert.match(version.stdout, /^annals \d+\.\d+\.\d+/);
  assert.equal((await annals(['--version'])).stdout, version.stdout);
});

test('help names every command and every option of it', async () => {
  const help = await annals(['--help']);
  ends(help, 0);
  for (const command of ['serve', 'version', 'import', 'export', 'backup', 'restore', 'rekey', 'snapshot', ...readers]) assert.match(help.stdout, new RegExp(`^\\s*${command}\\b`, 'm'));
  const serve = await annals(['serve', '--help']);
  ends(serve, 0);
  for (const option of ['data', 'listen', 'config', 'threads', 'durability', 'max-body', 'page-size', 'cors-origin', 'trusted-proxy',
    'rate-limit', 'tls-cert', 'tls-key', 'master-key-file', 'log-level', 'log-format', 'record-memory']) {
    assert.match(serve.stdout, new RegExp(`--${option}\\b`), option);
  }
  for (const command of readers) assert.match((await annals([command, '--help'])).stdout, /--data/);
  for (const option of ['--from', '--to', '--platform', '--stream', '--type']) {
    assert.ok((await annals(['replay', '--help'])).stdout.includes(option), option);
  }
  assert.ok((await annals(['rebuild', '--help'])).stdout.includes('--projection'));
});

test('wrong usage: 2 and a sentence', async () => {
  const data = join(temporaryDirectory(), 'data');
  ends(await annals([]), 2);
  ends(await annals(['dance']), 2, /dance/);
  ends(await annals(['serve', '--data', data, '--no-such-flag']), 2, /no-such-flag/);
  ends(await annals(['verify', '--no-such-flag']), 2, /no-such-flag/);
  ends(await annals(['replay', '--data', data, '--from', 'x']), 2, /from/);
  for (const [command, flag] of [['replay', '--from'], ['replay', '--to'], ['verify', '--from'], ['snapshot', '--at']]) {
    ends(await annals([command, '--data', data, flag, '-1']), 2, new RegExp(`${flag}: must be a whole number`));
  }
  ends(await annals(['replay', '--data', data, '--type', 'PersonCreate']), 2, /PersonCreate is no type of event/);
  for (const [flag, value] of [['--listen', 'nowhere'], ['--threads', '0'], ['--threads', 'many'], ['--durability', 'never'],
    ['--max-body', 'lots'], ['--record-memory', '-5'], ['--page-size', '-1'], ['--rate-limit', 'fast'], ['--log-level', 'loud'], ['--log-format', 'xml'],
    ['--invitation-lifetime', 'long'], ['--tls-cert', '/no/such/cert.pem'], ['--master-key-file', '/no/such/key']]) {
    ends(await annals(['serve', '--data', data, '--listen', '127.0.0.1:0', flag, value]), 2, new RegExp(flag.slice(2)));
  }
});

test('a bootstrap token that is too short is refused before anything is made', async () => {
  const data = join(temporaryDirectory(), 'data');
  const flags = ['serve', '--data', data, '--listen', `127.0.0.1:${await freePort()}`];
  ends(await annals(flags, { env: { ANNALS_BOOTSTRAP_TOKEN: 'short' } }), 2, /ANNALS_BOOTSTRAP_TOKEN/);
});

test('bad configuration files and variables: 2, naming the source', async () => {
  const directory = temporaryDirectory('config');
  const data = join(directory, 'data');
  const file = join(directory, 'annals.toml');
  const flags = ['serve', '--data', data, '--listen', `127.0.0.1:${await freePort()}`, '--config', file];
  for (const [text, about] of [['colour = "red"', /colour/], ['page_size = "many"', /page.size/], ['page_size = ', /annals\.toml/],
    ['threads = true', /threads/]]) {
    writeFileSync(file, text);
    ends(await annals(flags), 2, about);
  }
  ends(await annals(['serve', '--data', data, '--config', join(directory, 'missing.toml')]), 2, /missing\.toml/);
  ends(await annals(['serve', '--data', data], { env: { ANNALS_PAGE_SIZE: 'many' } }), 2, /ANNALS_PAGE_SIZE/);
});

test('flag comes before environment, environment before file, file before default', async () => {
  const file = join(temporaryDirectory('config'), 'annals.toml');
  writeFileSync(file, 'page_size = 2\nmax_body = 5000\nlog_level = "warn"\n');
  const sizeWith = async (args, env) => withServer({ args, env }, async (server) => {
    const api = superuser(server);
    for (let at = 0; at < 5; at += 1) await newPerson(api);
    const big = await api.post('/persons/', { name: 'Big', metadata: 'm'.repeat(6000) }, { agent: false });
    return [shown(await api.get('/persons/'), 200).results.length, big.status];
  });
  const configured = ['--config', file];
  assert.deepEqual(await sizeWith(configured, {}), [2, 413]);
  assert.deepEqual(await sizeWith(configured, { ANNALS_PAGE_SIZE: '3', ANNALS_MAX_BODY: '1MiB' }), [3, 201]);
  assert.deepEqual(await sizeWith([...configured, '--page-size', '4'], { ANNALS_PAGE_SIZE: '3' }), [4, 413]);
  assert.deepEqual(await sizeWith([], { ANNALS_CONFIG: file, ANNALS_PAGE_SIZE: '1' }), [1, 413]);
});

test('a data directory that is missing or none of ours: 3 and what to do', async () => {
  const directory = temporaryDirectory();
  const other = join(directory, 'other');
  mkdirSync(other);
  for (const command of readers) {
    ends(await annals([command, '--data', join(directory, 'missing')]), 3, /missing.* \w/);
    ends(await annals([command, '--data', other]), 3, /other.* \w/);
  }
  writeFileSync(join(directory, 'file'), 'no directory');
  ends(await annals(['serve', '--data', join(directory, 'file'), '--listen', `127.0.0.1:${await freePort()}`]), 3, /file/);
});

test('a second server on the directory: 3, before it takes a port', async () => {
  const server = await up();
  const second = new Server({ data: server.data, waitReady: false });
  await second.launch();
  assert.deepEqual(await second.exited, { code: 3, signal: null });
  assert.match(second.log(), /in use|locked|another|already/i);
  const samePort = await annals(['serve', '--data', server.data, '--listen', `127.0.0.1:${server.port}`]);
  ends(samePort, 3);
  const busyPort = await annals(['serve', '--data', join(temporaryDirectory(), 'data'), '--listen', `127.0.0.1:${server.port}`],
    { env: { ANNALS_BOOTSTRAP_TOKEN: 't'.repeat(40) } });
  assert.ok([1, 2, 3].includes(busyPort.code), busyPort.stderr);
  assert.match(busyPort.stderr, new RegExp(`${server.port}|in use`));
  answers(await superuser(server).get('/persons/'), 200);
});

test('rebuild is refused while the directory is served: 3', async () => {
  const server = await up();
  ends(await annals(['rebuild', '--data', server.data]), 3, /\w/);
  answers(await superuser(server).get('/persons/'), 200);
});

test('another master key: 3 and a sentence', async () => {
  const directory = temporaryDirectory('keys');
  const file = (name, byte) => {
    const path = join(directory, name);
    writeFileSync(path, Buffer.alloc(32, byte));
    return path;
  };
  await withServer({ args: ['--master-key-file', file('one', 17)] }, async (server) => {
    const { id } = await newPerson(superuser(server), { name: distinct('Kept') });
    await server.restart();
    answers(await superuser(server).get(`/persons/${id}/`), 200);
    await server.stop();
    for (const command of ['replay', 'check']) {
      ends(await annals([command, '--data', server.data, '--master-key-file', file('two', 18)]), 3, /master key/i);
      ends(await annals([command, '--data', server.data, '--master-key-file', join(directory, 'one')]), 0);
    }
    server.args = ['--master-key-file', join(directory, 'two')];
    server.waitReady = false;
    await server.launch();
    assert.deepEqual(await server.exited, { code: 3, signal: null }, server.log());
    assert.match(server.log(), /master key/i);
  });
});

test('a first start says where it serves, and shows a token that works', async () => {
  const server = new Server({ waitReady: false });
  server.token = ''; // an empty ANNALS_BOOTSTRAP_TOKEN is none
  await server.launch();
  try {
    await server.ready();
    const said = await eventually(() => (/curl/.test(server.said()) ? server.said() : undefined), 'the first words');
    assert.ok(said.includes(server.url), said);
    assert.match(said, /\bmain\b/);
    const token = /Authorization: \S+ ([A-Za-z0-9_-]{32,})/.exec(said)?.[1];
    assert.ok(token, `a curl with the token: ${said}`);
    answers(await superuser({ url: server.url, token }).get('/persons/'), 200);
    await server.restart();
    await server.ready();
    assert.ok(!(server.said() + server.log()).includes(token), 'it is shown once');
    answers(await superuser({ url: server.url, token }).get('/persons/'), 200);
  } finally {
    await server.remove();
  }
});

test('ANNALS_ADMIN_EMAIL is the first user\'s email', async () => {
  await withServer({ env: { ANNALS_ADMIN_EMAIL: 'chief@example.org' } }, async (server) => {
    const { results } = shown(await superuser(server).get('/api/core/platform/users/'), 200);
    assert.deepEqual(results.map(({ email }) => email), ['chief@example.org']);
  });
});
