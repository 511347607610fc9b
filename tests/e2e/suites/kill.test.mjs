// SIGKILL under mixed load, again and again on the same data directory.
import { test, withServer } from '../lib/suite.mjs';
import { assert, shown } from '../lib/expect.mjs';
import { isGapless, isSound, replay } from '../lib/log.mjs';
import { Client } from '../lib/mixed_load.mjs';
import { annals, sleep } from '../lib/server.mjs';
import { newPlatform, superuser } from '../lib/world.mjs';

const rounds = 20;
const clientsPerPlatform = 4;

/** Answers count every person that is there, once. */
async function countsAgree(platforms) {
  for (const { api, clients } of platforms) {
    const expected = clients.flatMap((client) => [...client.persons.values()]).filter(Boolean).length;
    assert.equal(shown(await api.get('/persons/?page_size=1'), 200).count, expected);
    const active = clients.flatMap((client) => client.alive()).length;
    assert.equal(shown(await api.get('/persons/?page_size=1&active=true'), 200).count, active);
  }
}

test(`killed ${rounds} times under load, it keeps every answered write and no half of one`, { timeoutMs: 150_000 }, async () => {
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    const second = await newPlatform(server);
    const platforms = [superuser(server), second.admin].map((api) => ({
      api, clients: Array.from({ length: clientsPerPlatform }, () => new Client(api)),
    }));
    const clients = platforms.flatMap((each) => each.clients);
    for (let round = 1; round <= rounds; round += 1) {
      const until = { stopped: false };
      const load = Promise.all(clients.map((client) => client.run(until)));
      await sleep(80 + Math.random() * 500);
      await server.kill();
      until.stopped = true;
      await load;
      if (round % 5 === 0) {
        const verified = await annals(['verify', '--data', server.data]);
        assert.equal(verified.code, 0, `round ${round}: ${verified.stdout}${verified.stderr}`);
      }
      await server.launch();
      try {
        await Promise.all(clients.map((client) => client.settle({ all: round === rounds })));
        await countsAgree(platforms);
      } catch (error) {
        error.message = `round ${round}: ${error.message}`;
        throw error;
      }
    }
    await Promise.all(clients.map((client) => client.invitationsStand()));
    const answered = clients.reduce((sum, client) => sum + client.answered, 0);
    assert.ok(answered > 20 * rounds, `only ${answered} writes were answered: no load`);
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    isGapless(await replay(server.data));
    await isSound(server.data);
  });
});
