// A disk that is full: writes say 503, reads go on, and writes resume by themselves.
import { join } from 'node:path';
import { fill, onSmallDisk } from '../lib/disk.mjs';
import { test } from '../lib/suite.mjs';
import { answers, assert, eventually, refuses, shown } from '../lib/expect.mjs';
import { isGapless, isSound, replay } from '../lib/log.mjs';
import { Server } from '../lib/server.mjs';
import { distinct, superuser } from '../lib/world.mjs';

test('a full disk: 503 for writes, answers for reads, nothing answered is lost, and on it goes', async () => {
  await onSmallDisk(160, async (disk) => {
    const server = await Server.start({ data: join(disk, 'data') });
    try {
      const api = superuser(server);
      const made = new Map();
      const create = async () => {
        const answer = await api.post('/persons/', { name: distinct('Full'), metadata: { pad: 'p'.repeat(20_000) } });
        if (answer.status === 201) made.set(answer.json.id, answer.json);
        return answer;
      };
      for (let at = 0; at < 50; at += 1) answers(await create(), 201);

      for (let time = 1; time <= 2; time += 1) {
        const free = fill(disk);
        const refused = await eventually(async () => {
          const all = await Promise.all(Array.from({ length: 20 }, create));
          return all.find(({ status }) => status !== 201);
        }, 'the disk to be full', 20_000);
        refuses(refused, 503);
        assert.match(refused.headers['retry-after'] ?? '', /^\d+$/);
        for (let at = 0; at < 10; at += 1) refuses(await create(), 503);

        const reads = [...made.values()].slice(-5);
        await eventually(async () => (await api.get(`/persons/${reads[0].id}/`)).status === 200, 'reads to go on', 5_000);
        for (const person of reads) assert.deepEqual(shown(await api.get(`/persons/${person.id}/`), 200), person);
        answers(await api.get('/persons/'), 200);

        free();
        await eventually(async () => (await create()).status === 201, `writes to resume, time ${time}`, 20_000);
        for (let at = 0; at < 20; at += 1) answers(await create(), 201);
      }

      await server.restart('SIGKILL');
      for (const person of made.values()) assert.deepEqual(shown(await api.get(`/persons/${person.id}/`), 200), person);
      await server.stop();
      const persons = (await replay(server.data)).filter(({ type }) => type === 'PersonCreated');
      assert.ok(persons.length >= made.size);
      isGapless(await replay(server.data));
      await isSound(server.data);
    } finally {
      await server.remove();
    }
  });
});

test('a disk that is full from the start is said so, not crashed on', async () => {
  await onSmallDisk(1, async (disk) => {
    fill(disk);
    const server = new Server({ data: join(disk, 'data'), waitReady: false });
    await server.launch();
    try {
      const outcome = await Promise.race([server.exited, new Promise((wake) => setTimeout(wake, 10_000))]);
      assert.deepEqual(outcome, { code: 3, signal: null }, server.log());
      assert.match(server.log(), /annals: .+/);
    } finally {
      await server.remove();
    }
  });
});
